import type {
  DeleteQueryBuilder,
  EntityManager,
  EntityTarget,
  ObjectLiteral,
  UpdateQueryBuilder,
} from 'typeorm';
import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { Condition } from './condition.js';
import type { Records, Selection } from './records.js';
import { sqlConditions } from './sql-condition.js';
import { sqlAfter, sqlOrder } from './sql-keyset.js';
import { SqlText } from './sql-text.js';

const alias = 'record';
/** Values that one statement may carry: SQLite takes 32,766, PostgreSQL 65,535. */
const mostValues = 30_000;

/** The rows of a table. */
export class SqlRecords<Entity extends ObjectLiteral> implements Records<Entity> {
  readonly #metadata: EntityMetadata;

  constructor(
    private readonly manager: EntityManager,
    private readonly entity: EntityTarget<Entity>,
  ) {
    this.#metadata = manager.dataSource.getMetadata(entity);
  }

  get resource(): string {
    return this.#metadata.tableName;
  }

  get key(): readonly string[] {
    return this.#metadata.primaryColumns.map(({ propertyName }) => propertyName);
  }

  async insert(records: readonly Entity[]): Promise<Entity[]> {
    const atOnce = Math.floor(mostValues / this.#metadata.columns.length);
    if (records.length <= atOnce) return this.#insert(this.manager, records);
    const insertAll = async (manager: EntityManager) => {
      const created: Entity[] = [];
      for (let start = 0; start < records.length; start += atOnce)
        created.push(...(await this.#insert(manager, records.slice(start, start + atOnce))));
      return created;
    };
    return this.manager.queryRunner ? insertAll(this.manager) : this.manager.transaction(insertAll);
  }

  async insertUnlessExists(record: Entity): Promise<Entity | null> {
    // TypeORM's orIgnore() becomes INSERT OR IGNORE on SQLite, which would also swallow a missing NOT NULL value.
    const [created] = await this.#insert(this.manager, [record], 'ON CONFLICT DO NOTHING');
    return created ?? null;
  }

  async select({ where, sorting, limit, after, offset }: Selection): Promise<Entity[]> {
    const text = new SqlText(this.#metadata, alias);
    const query = this.manager.createQueryBuilder(this.entity, alias).limit(limit);
    if (where.length) query.andWhere(sqlConditions(where, text));
    if (after) query.andWhere(sqlAfter(after, sorting, text));
    if (offset) query.offset(offset);
    for (const order of sorting) query.addOrderBy(...sqlOrder(order, text));
    return query.setParameters(text.parameters).getMany();
  }

  async count(where: readonly Condition[]): Promise<number> {
    const text = new SqlText(this.#metadata, alias);
    const query = this.manager.createQueryBuilder(this.entity, alias);
    if (where.length) query.where(sqlConditions(where, text), text.parameters);
    return query.getCount();
  }

  async change(changes: Partial<Entity>, where: readonly Condition[]): Promise<number> {
    return this.#write(this.manager.createQueryBuilder().update(this.entity).set(changes), where);
  }

  async remove(where: readonly Condition[]): Promise<number> {
    return this.#write(this.manager.createQueryBuilder().delete().from(this.entity), where);
  }

  async #write(
    query: UpdateQueryBuilder<Entity> | DeleteQueryBuilder<Entity>,
    where: readonly Condition[],
  ): Promise<number> {
    const text = new SqlText(this.#metadata);
    if (where.length) query.where(sqlConditions(where, text), text.parameters);
    const { affected } = await query.execute();
    return affected ?? 0;
  }

  /** One statement, which answers what the database made of the records: TypeORM would ask for it afterwards. */
  async #insert(manager: EntityManager, records: readonly Entity[], conflict = ''): Promise<Entity[]> {
    const created = records.map((record) => manager.create(this.entity, record as never));
    const query = manager.createQueryBuilder().insert().into(this.entity).values(created);
    const [sql, parameters] = query.getQueryAndParameters();
    const { driver } = manager.dataSource;
    const columns = this.#metadata.columns.map(({ databaseName }) => driver.escape(databaseName)).join(', ');
    const rows: Row[] = await manager.query(`${sql} ${conflict} RETURNING ${columns}`, parameters);
    return rows.map((row, place) => this.#stored(created[place] as Entity, row));
  }

  #stored(created: Entity, row: Row): Entity {
    const { driver } = this.manager.dataSource;
    const hydrate = (column: ColumnMetadata) =>
      driver.prepareHydratedValue(row[column.databaseName], column) as unknown;
    for (const column of this.#metadata.columns) column.setEntityValue(created, hydrate(column));
    return created;
  }
}

type Row = Record<string, unknown>;
