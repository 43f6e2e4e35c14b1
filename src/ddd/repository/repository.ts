import { NotFoundError } from './repository.errors.js';
import type { Filter, Order } from './filter.js';

export interface ListOptions<Entity> {
  readonly order?: Order<Entity>;
  /** Maximum number of records, 100 by default; 0 returns none. */
  readonly limit?: number;
}

export interface SliceOptions<Entity> {
  readonly order?: Order<Entity>;
  /** Maximum number of records on a page, 100 by default. */
  readonly size?: number;
  /** The `next` of the previous page. */
  readonly after?: string | null;
}

/** A page found by the last record of the previous one: as fast at the end of a long list as at its beginning. */
export interface Slice<Entity> {
  readonly records: Entity[];
  /** The cursor of the next page; null when this is the last. */
  readonly next: string | null;
}

export interface PageOptions<Entity> {
  readonly order?: Order<Entity>;
  /** Maximum number of records on a page, 100 by default. */
  readonly size?: number;
  /** Starts at 1, the default. */
  readonly page?: number;
}

/** A page found by its number, with the total for display. */
export interface Page<Entity> {
  readonly records: Entity[];
  readonly page: number;
  readonly size: number;
  /** The number of matching records on all pages. */
  readonly total: number;
}

export interface StreamOptions<Entity> {
  readonly order?: Order<Entity>;
  /** Number of records fetched and held together, 500 by default. */
  readonly batch?: number;
}

export const defaultPageSize = 100;
const defaultBatchSize = 500;

/** The vocabulary of every repository, whatever its backend. The key breaks ties in the order of lists. */
export abstract class Repository<Entity extends object> {
  /** Stores a new record. @throws AlreadyExistsError, IntegrityError */
  abstract create(record: Entity): Promise<Entity>;
  /** Stores new records, all or none. @throws AlreadyExistsError, IntegrityError */
  abstract create(records: readonly Entity[]): Promise<Entity[]>;

  /** The one record that matches. @throws NotFoundError, MultipleRecordsError */
  async retrieve(filter: Filter<Entity>): Promise<Entity> {
    const found = await this.find(filter);
    if (!found) throw this.notFound(filter);
    return found;
  }

  /** The one record that matches, or null. @throws MultipleRecordsError */
  abstract find(filter: Filter<Entity>): Promise<Entity | null>;

  /** Changes every matching record; returns how many. @throws UnfilteredWriteError without a filter */
  abstract update(changes: Partial<Entity>, filter: Filter<Entity>): Promise<number>;

  /** Changes every record; returns how many. */
  abstract updateAll(changes: Partial<Entity>): Promise<number>;

  /**
   * Removes the one record that matches. @throws NotFoundError, MultipleRecordsError; UnfilteredWriteError without a
   * filter
   */
  abstract delete(filter: Filter<Entity>): Promise<void>;

  /** The matching records in the given order. */
  abstract list(filter?: Filter<Entity>, options?: ListOptions<Entity>): Promise<Entity[]>;

  /** A page of them with the cursor of the next. @throws InvalidCursorError when `after` is of another order */
  abstract listAfter(filter?: Filter<Entity>, options?: SliceOptions<Entity>): Promise<Slice<Entity>>;

  /** A numbered page of them. */
  abstract listPage(filter?: Filter<Entity>, options?: PageOptions<Entity>): Promise<Page<Entity>>;

  /**
   * All of them, one batch at a time. Outside a unit of work, a record that is changed meanwhile may be returned twice
   * or not at all.
   */
  async *stream(
    filter?: Filter<Entity>,
    { order, batch = defaultBatchSize }: StreamOptions<Entity> = {},
  ): AsyncGenerator<Entity, void, void> {
    assertPositiveInteger('batch', batch);
    let after: string | null = null;
    do {
      const slice: Slice<Entity> = await this.listAfter(filter, {
        ...(order && { order }),
        size: batch,
        after,
      });
      yield* slice.records;
      after = slice.next;
    } while (after !== null);
  }

  /** How many records match. */
  abstract count(filter?: Filter<Entity>): Promise<number>;

  /** Removes every matching record; returns how many. @throws UnfilteredWriteError without a filter */
  abstract drop(filter: Filter<Entity>): Promise<number>;

  /** Removes every record; returns how many. */
  abstract dropAll(): Promise<number>;

  protected abstract notFound(filter: Filter<Entity>): NotFoundError;
}

/** Checks a page's size or number. @throws RangeError unless it is an integer of at least `min` */
export function assertPositiveInteger(name: string, value: number, min = 1): number {
  if (!Number.isSafeInteger(value) || value < min)
    throw new RangeError(`${name} is ${value}: give a whole number from ${min}`);
  return value;
}
