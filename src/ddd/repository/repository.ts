import { NotFoundError } from './repository.errors.js';
import type { Filter, Order } from './filter.js';

export interface ListOptions<Entity> {
  readonly order?: Order<Entity>;
  /** Most records to give, 100 unless told; 0 gives none. */
  readonly limit?: number;
}

export interface SliceOptions<Entity> {
  readonly order?: Order<Entity>;
  /** Most records of a page, 100 unless told. */
  readonly size?: number;
  /** Where the page before ended: its `next`. */
  readonly after?: string | null;
}

/** A page that is found by where the last one ended: as quick at the end of a long list as at its beginning. */
export interface Slice<Entity> {
  readonly records: Entity[];
  /** Asks for the page after this one; null when this is the last. */
  readonly next: string | null;
}

export interface PageOptions<Entity> {
  readonly order?: Order<Entity>;
  /** Most records of a page, 100 unless told. */
  readonly size?: number;
  /** From 1, which it is unless told. */
  readonly page?: number;
}

/** A page that is found by its number, with the total that people like to see. */
export interface Page<Entity> {
  readonly records: Entity[];
  readonly page: number;
  readonly size: number;
  /** How many records match, on all pages. */
  readonly total: number;
}

export interface StreamOptions<Entity> {
  readonly order?: Order<Entity>;
  /** Records that are fetched and held at once, 500 unless told. */
  readonly batch?: number;
}

export const defaultPageSize = 100;
const streamed = 500;

/**
 * The vocabulary that every repository speaks, whatever is behind it. Lists are ordered by the key where the order asked
 * for leaves a tie.
 */
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

  /** Changes every record that matches; tells how many. @throws UnfilteredWriteError without a filter */
  abstract update(changes: Partial<Entity>, filter: Filter<Entity>): Promise<number>;

  /** Changes every record there is; tells how many. */
  abstract updateAll(changes: Partial<Entity>): Promise<number>;

  /** Removes the one record that matches. @throws NotFoundError, MultipleRecordsError; UnfilteredWriteError without a filter */
  abstract delete(filter: Filter<Entity>): Promise<void>;

  /** The records that match, in the order asked for. */
  abstract list(filter?: Filter<Entity>, options?: ListOptions<Entity>): Promise<Entity[]>;

  /** A page of them, and the way to the next. @throws InvalidCursorError when `after` is of another order */
  abstract listAfter(filter?: Filter<Entity>, options?: SliceOptions<Entity>): Promise<Slice<Entity>>;

  /** A numbered page of them. */
  abstract listPage(filter?: Filter<Entity>, options?: PageOptions<Entity>): Promise<Page<Entity>>;

  /**
   * All of them, however many, a batch at a time. Outside of a unit of work a record that is changed meanwhile may be
   * seen twice or not at all.
   */
  async *stream(
    filter?: Filter<Entity>,
    { order, batch = streamed }: StreamOptions<Entity> = {},
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

  /** Removes every record that matches; tells how many. @throws UnfilteredWriteError without a filter */
  abstract drop(filter: Filter<Entity>): Promise<number>;

  /** Removes every record there is; tells how many. */
  abstract dropAll(): Promise<number>;

  protected abstract notFound(filter: Filter<Entity>): NotFoundError;
}

/** A page's size or number. @throws RangeError unless it is a whole number from 1, or from another minimum */
export function assertPositiveInteger(name: string, value: number, min = 1): number {
  if (!Number.isSafeInteger(value) || value < min)
    throw new RangeError(`${name} is ${value}: give a whole number from ${min}`);
  return value;
}
