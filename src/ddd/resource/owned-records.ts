import { isMany } from '../repository/index.js';
import type { Filter, PageOptions, Repository, SliceOptions, StreamOptions } from '../repository/index.js';

/** The part of a repository that a collection uses. */
export type CollectionRepository<Entity extends object> = Pick<
  Repository<Entity>,
  | ('create' | 'retrieve' | 'update' | 'delete' | 'drop' | 'dropAll')
  | ('list' | 'listAfter' | 'listPage' | 'stream')
>;

/** The records of one owner, as if there were no others: every statement has the owner in its condition. */
export class OwnedRecords<Entity extends object> implements CollectionRepository<Entity> {
  /** @param owned the field that holds the owner, with its value */
  constructor(
    private readonly repository: CollectionRepository<Entity>,
    private readonly owned: Partial<Entity>,
  ) {}

  create(record: Entity): Promise<Entity>;
  create(records: readonly Entity[]): Promise<Entity[]>;
  create(given: Entity | readonly Entity[]): Promise<Entity | Entity[]> {
    return isMany(given)
      ? this.repository.create(given.map((record) => this.#stamped(record)))
      : this.repository.create(this.#stamped(given));
  }

  retrieve(filter: Filter<Entity>): Promise<Entity> {
    return this.repository.retrieve(this.#own(filter));
  }

  update(changes: Partial<Entity>, filter: Filter<Entity>): Promise<number> {
    const kept = Object.entries(changes).filter(([field]) => !Object.hasOwn(this.owned, field));
    return this.repository.update(Object.fromEntries(kept) as Partial<Entity>, this.#own(filter));
  }

  delete(filter: Filter<Entity>): Promise<void> {
    return this.repository.delete(this.#own(filter));
  }

  drop(filter: Filter<Entity>): Promise<number> {
    return this.repository.drop(this.#own(filter));
  }

  dropAll(): Promise<number> {
    return this.repository.drop(this.#own({}));
  }

  list(filter: Filter<Entity> = {}, options = {}): Promise<Entity[]> {
    return this.repository.list(this.#own(filter), options);
  }

  listAfter(filter: Filter<Entity> = {}, options: SliceOptions<Entity> = {}) {
    return this.repository.listAfter(this.#own(filter), options);
  }

  listPage(filter: Filter<Entity> = {}, options: PageOptions<Entity> = {}) {
    return this.repository.listPage(this.#own(filter), options);
  }

  stream(filter: Filter<Entity> = {}, options: StreamOptions<Entity> = {}) {
    return this.repository.stream(this.#own(filter), options);
  }

  #stamped(record: Entity): Entity {
    return { ...record, ...this.owned };
  }

  /** A filter by owner is combined with ours: both must hold. */
  #own(filter: Filter<Entity>): Filter<Entity> {
    const given = filter as Readonly<Record<string, unknown>>;
    const own = Object.entries(this.owned).map(([field, value]) => [
      field,
      Object.hasOwn(given, field) ? narrowed(given[field], value) : value,
    ]);
    return { ...given, ...Object.fromEntries(own) } as Filter<Entity>;
  }
}

/** The condition on a field, narrowed to this value. */
function narrowed(condition: unknown, value: unknown): unknown {
  if (typeof condition !== 'object' || condition === null || condition instanceof Date)
    return { eq: condition, in: [value] };
  const { in: among } = condition as { in?: readonly unknown[] };
  return { ...condition, in: among ? among.filter((one) => one === value) : [value] };
}
