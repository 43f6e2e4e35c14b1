import type { EntityTarget, ObjectLiteral } from 'typeorm';
import { conditionsOf } from '../condition.js';
import type { Condition } from '../condition.js';
import { readCursor, writeCursor } from '../cursor.js';
import type { Filter } from '../filter.js';
import { isMany } from '../is-many.js';
import type { Records } from '../records.js';
import { MultipleRecordsError, NotFoundError, UnfilteredWriteError } from '../repository.errors.js';
import { Repository, defaultPageSize, assertPositiveInteger } from '../repository.js';
import type { ListOptions, Page, PageOptions, Slice, SliceOptions } from '../repository.js';
import { completeSorting } from '../sorting.js';
import type { SqlScope } from './sql-scope.js';
import { SqlRecords } from './sql-records.js';

/**
 * A table with the repository vocabulary. Listeners of the entity are not called: rules belong in here.
 *
 *     class UserRepository extends SqlTableRepository.of(User) {}
 */
export abstract class SqlTableRepository<Entity extends ObjectLiteral> extends Repository<Entity> {
  protected abstract readonly entity: EntityTarget<Entity>;

  constructor(protected readonly scope: SqlScope) {
    super();
  }

  /** A class of repositories over the table of this entity. */
  static of<Entity extends ObjectLiteral>(
    entity: EntityTarget<Entity>,
  ): new (scope: SqlScope) => EntityRepository<Entity> {
    return class extends EntityRepository<Entity> {
      constructor(scope: SqlScope) {
        super(scope, entity);
      }
    };
  }

  /**
   * Workers and components check each repository that they build, which takes about 40 ns once the entity is known. The
   * constructor cannot check, because the class field `entity` is set after it. After a plain `new`, the first verb
   * does.
   * @throws TypeError when a repository does not support its entity
   */
  static assertSupported(repository: object): void {
    if (repository instanceof SqlTableRepository) void repository.records;
  }

  protected get records(): Records<Entity> {
    return this.scope.records?.(this.entity) ?? new SqlRecords(this.scope.manager, this.entity);
  }

  create(record: Entity): Promise<Entity>;
  create(records: readonly Entity[]): Promise<Entity[]>;
  async create(given: Entity | readonly Entity[]): Promise<Entity | Entity[]> {
    if (isMany(given)) return given.length ? this.records.insert(given) : [];
    const [created] = await this.records.insert([given]);
    return created as Entity;
  }

  async find(filter: Filter<Entity>): Promise<Entity | null> {
    const { records } = this;
    const where = conditionsOf(filter);
    const [found, another] = await records.select({ where, sorting: [], limit: 2 });
    if (another) throw new MultipleRecordsError(records.resource);
    return found ?? null;
  }

  async update(changes: Partial<Entity>, filter: Filter<Entity>): Promise<number> {
    return this.#change(changes, this.#filtered('update', filter));
  }

  async updateAll(changes: Partial<Entity>): Promise<number> {
    return this.#change(changes, []);
  }

  async delete(filter: Filter<Entity>): Promise<void> {
    const { records } = this;
    const requested = this.#filtered('delete', filter);
    // The filter again: a key of moments has microseconds, which the record that was read lacks.
    const where = includesKey(requested, records.key)
      ? requested
      : [...requested, ...this.#keyOf(await this.retrieve(filter))];
    if (!(await records.remove(where))) throw this.notFound(filter);
  }

  async list(filter: Filter<Entity> = {}, options: ListOptions<Entity> = {}) {
    const { order = {}, limit = defaultPageSize } = options;
    const sorting = completeSorting(order, this.records.key);
    return this.records.select({
      where: conditionsOf(filter),
      sorting,
      limit: assertPositiveInteger('limit', limit, 0),
    });
  }

  async listAfter(
    filter: Filter<Entity> = {},
    { order = {}, size = defaultPageSize, after = null }: SliceOptions<Entity> = {},
  ): Promise<Slice<Entity>> {
    const { records } = this;
    const sorting = completeSorting(order, records.key);
    const page = await records.page({
      where: conditionsOf(filter),
      sorting,
      limit: assertPositiveInteger('size', size),
      ...(after !== null && { after: readCursor(after, sorting, records.resource) }),
    });
    return { records: page.records, next: page.next && writeCursor(page.next, sorting) };
  }

  async listPage(
    filter: Filter<Entity> = {},
    { order = {}, size = defaultPageSize, page = 1 }: PageOptions<Entity> = {},
  ): Promise<Page<Entity>> {
    const where = conditionsOf(filter);
    const sorting = completeSorting(order, this.records.key);
    const offset = (assertPositiveInteger('page', page) - 1) * assertPositiveInteger('size', size);
    const total = await this.records.count(where);
    const records = offset < total ? await this.records.select({ where, sorting, limit: size, offset }) : [];
    return { records, page, size, total };
  }

  async count(filter: Filter<Entity> = {}): Promise<number> {
    return this.records.count(conditionsOf(filter));
  }

  async drop(filter: Filter<Entity>): Promise<number> {
    return this.records.remove(this.#filtered('drop', filter));
  }

  async dropAll(): Promise<number> {
    return this.records.remove([]);
  }

  /** Stores a record unless one of its unique values is taken; the constraint decides, in one statement. */
  protected async createUnlessExists(record: Entity): Promise<Entity | null> {
    return this.records.insertUnlessExists(record);
  }

  protected override notFound(filter: Filter<Entity>): NotFoundError {
    const { resource, key } = this.records;
    const requested = conditionsOf(filter).find(
      ({ field, operator }) => operator === 'eq' && field === key[0],
    );
    return new NotFoundError(resource, requested && { id: String(requested.value) });
  }

  async #change(changes: Partial<Entity>, where: readonly Condition[]): Promise<number> {
    const given = Object.entries(changes).filter(([, value]) => value !== undefined);
    if (!given.length) return this.records.count(where);
    return this.records.change(Object.fromEntries(given) as Partial<Entity>, where);
  }

  #filtered(verb: 'update' | 'delete' | 'drop', filter: Filter<Entity>): Condition[] {
    const where = conditionsOf(filter);
    if (!where.length) throw new UnfilteredWriteError(this.records.resource, verb);
    return where;
  }

  #keyOf(record: Entity): Condition[] {
    return this.records.key.map((field) => ({
      field,
      operator: 'eq',
      value: (record as Record<string, unknown>)[field],
    }));
  }
}

/** The repository of an entity that is known when its class is made. */
class EntityRepository<Entity extends ObjectLiteral> extends SqlTableRepository<Entity> {
  constructor(
    scope: SqlScope,
    protected readonly entity: EntityTarget<Entity>,
  ) {
    super(scope);
  }
}

/** Whether at most one record can match, whatever else is asked of it. */
const includesKey = (where: readonly Condition[], key: readonly string[]): boolean =>
  key.every((field) => where.some((condition) => condition.field === field && condition.operator === 'eq'));
