import { IsNull } from 'typeorm';
import type {
  EntityMetadata,
  EntityTarget,
  FindOptionsOrder,
  FindOptionsWhere,
  ObjectLiteral,
} from 'typeorm';
import { MultipleRecordsError, NotFoundError, UnfilteredWriteError } from './repository.errors.js';
import { Repository } from './repository.js';
import type { Filter, ListOptions } from './repository.js';
import type { SqlScope } from './sql-scope.js';

const listed = 100;

/**
 * A table, spoken to in the repository vocabulary.
 *
 *     class UserRepository extends SqlTableRepository<User> { protected readonly entity = User; }
 */
export abstract class SqlTableRepository<Entity extends ObjectLiteral> extends Repository<Entity> {
  protected abstract readonly entity: EntityTarget<Entity>;

  constructor(protected readonly scope: SqlScope) {
    super();
  }

  async create(record: Entity): Promise<Entity> {
    const created = this.#manager.create(this.entity, record);
    await this.#manager.insert(this.entity, created);
    return created;
  }

  async retrieve(filter: Filter<Entity>): Promise<Entity> {
    const found = await this.find(filter);
    if (!found) throw new NotFoundError(this.#table, this.#idIn(filter));
    return found;
  }

  async find(filter: Filter<Entity>): Promise<Entity | null> {
    const [found, another] = await this.#manager.find(this.entity, { where: this.#where(filter), take: 2 });
    if (another) throw new MultipleRecordsError(this.#table);
    return found ?? null;
  }

  async update(changes: Partial<Entity>, filter: Filter<Entity>): Promise<number> {
    const where = this.#where(filter);
    if (!Object.keys(where).length) throw new UnfilteredWriteError(this.#table, 'update');
    const { affected } = await this.#manager.update(this.entity, where, changes);
    return affected ?? 0;
  }

  async updateAll(changes: Partial<Entity>): Promise<number> {
    const { affected } = await this.#manager.createQueryBuilder().update(this.entity).set(changes).execute();
    return affected ?? 0;
  }

  async delete(filter: Filter<Entity>): Promise<void> {
    const record = await this.retrieve(filter);
    const { affected } = await this.#manager.delete(this.entity, this.#metadata.getEntityIdMap(record) ?? {});
    if (!affected) throw new NotFoundError(this.#table, this.#idIn(filter));
  }

  async list(
    filter: Filter<Entity> = {},
    { order = {}, limit = listed, offset = 0 }: ListOptions<Entity> = {},
  ) {
    return this.#manager.find(this.entity, {
      where: this.#where(filter),
      order: order as FindOptionsOrder<Entity>,
      take: limit,
      skip: offset,
    });
  }

  async count(filter: Filter<Entity> = {}): Promise<number> {
    return this.#manager.count(this.entity, { where: this.#where(filter) });
  }

  async drop(filter: Filter<Entity>): Promise<number> {
    const where = this.#where(filter);
    if (!Object.keys(where).length) throw new UnfilteredWriteError(this.#table, 'drop');
    const { affected } = await this.#manager.delete(this.entity, where);
    return affected ?? 0;
  }

  async dropAll(): Promise<number> {
    const { affected } = await this.#manager.createQueryBuilder().delete().from(this.entity).execute();
    return affected ?? 0;
  }

  /** Stores a record unless a unique value of it is taken; the constraint decides, in one statement. */
  protected async createUnlessExists(record: Entity): Promise<Entity | null> {
    const created = this.#manager.create(this.entity, record);
    const insert = this.#manager.createQueryBuilder().insert().into(this.entity).values(created);
    const [sql, parameters] = insert.getQueryAndParameters();
    // TypeORM's orIgnore() becomes INSERT OR IGNORE on SQLite, which would also swallow a missing NOT NULL value.
    const rows: unknown[] = await this.#manager.query(
      `${sql} ON CONFLICT DO NOTHING RETURNING 1`,
      parameters,
    );
    return rows.length ? created : null;
  }

  get #manager() {
    return this.scope.manager;
  }

  get #metadata(): EntityMetadata {
    return this.#manager.dataSource.getMetadata(this.entity);
  }

  get #table(): string {
    return this.#metadata.tableName;
  }

  #where(filter: Filter<Entity>): FindOptionsWhere<Entity> {
    const conditions = Object.entries(filter).map(([field, value]) => {
      if (value === undefined)
        throw new TypeError(
          `The filter field ${field} is undefined: leave it out, or give null to ask for empty`,
        );
      return [field, value === null ? IsNull() : (value as unknown)] as const;
    });
    return Object.fromEntries(conditions) as FindOptionsWhere<Entity>;
  }

  #idIn(filter: Filter<Entity>): { id?: string } {
    const [key] = this.#metadata.primaryColumns;
    const id: unknown = key && filter[key.propertyName];
    return typeof id === 'string' || typeof id === 'number' ? { id: String(id) } : {};
  }
}
