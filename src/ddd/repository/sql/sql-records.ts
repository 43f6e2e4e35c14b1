import type { EntityManager, EntityTarget, ObjectLiteral, QueryResult } from 'typeorm';
import type { Condition } from '../condition.js';
import { assertNoSubscriber } from '../entity-support.js';
import type { PlacedRecords, Records, Selection } from '../records.js';
import { IntegrityError } from '../repository.errors.js';
import { sqlConditions } from './sql-condition.js';
import { sqlAfter, sqlOrder } from './sql-keyset.js';
import { SqlTable } from './sql-table.js';
import type { Row } from './sql-table.js';
import { parameter } from './sql-text.js';
import type { SqlText } from './sql-text.js';

/** Maximum number of values in one statement: SQLite takes 32,766, PostgreSQL 65,535. */
const maxValues = 30_000;

/**
 * The rows of a table. It generates its own statements from TypeORM's metadata: TypeORM's query builders take longer to
 * build one than the database to run it.
 */
export class SqlRecords<Entity extends ObjectLiteral> implements Records<Entity> {
  readonly #table: SqlTable<Entity>;

  constructor(
    private readonly manager: EntityManager,
    entity: EntityTarget<Entity>,
  ) {
    this.#table = SqlTable.of(manager.dataSource.getMetadata(entity));
    assertNoSubscriber(this.#table.metadata);
  }

  get resource(): string {
    return this.#table.metadata.tableName;
  }

  get key(): readonly string[] {
    return this.#table.fields.key;
  }

  async insert(records: readonly Entity[]): Promise<Entity[]> {
    const batchSize = Math.floor(maxValues / this.#table.metadata.columns.length);
    // All statements are built before the first runs: a value that does not fit leaves nothing behind.
    const statements: Statement[] = [];
    for (let start = 0; start < records.length; start += batchSize)
      statements.push(this.#insertion(records.slice(start, start + batchSize)));
    const insertAll = async (manager: EntityManager) => {
      const created: Entity[] = [];
      for (const statement of statements) created.push(...(await this.#inserted(manager, statement)));
      return created;
    };
    return this.manager.queryRunner || statements.length === 1
      ? insertAll(this.manager)
      : this.manager.transaction(insertAll);
  }

  async insertUnlessExists(record: Entity): Promise<Entity | null> {
    const [created] = await this.#inserted(this.manager, this.#insertion([record], 'ON CONFLICT DO NOTHING'));
    return created ?? null;
  }

  async select(selection: Selection): Promise<Entity[]> {
    const rows = await this.#rows(selection);
    return rows.map((row) => this.#table.recordOf(row));
  }

  async page(selection: Selection): Promise<PlacedRecords<Entity>> {
    const { sorting, limit } = selection;
    const found = await this.#rows({ ...selection, limit: limit + 1 });
    const rows = found.slice(0, limit);
    const last = found.length > limit ? rows.at(-1) : undefined;
    return {
      records: rows.map((row) => this.#table.recordOf(row)),
      next: last ? this.#table.positionOf(last, sorting) : null,
    };
  }

  async #rows({ where, sorting, limit, after, offset }: Selection): Promise<Row[]> {
    const text = this.#table.text();
    const conditions = [...this.#table.visible, ...sqlConditions(where, text)];
    if (after) conditions.push(sqlAfter(after, sorting, text));
    const order = sorting.map((field) => sqlOrder(field, text));
    const sql = [
      `SELECT ${this.#table.columns} FROM ${this.#table.name}${whereAll(conditions)}`,
      ...(order.length ? [`ORDER BY ${order.join(', ')}`] : []),
      `LIMIT ${parameter(text, limit)}`,
      ...(offset ? [`OFFSET ${parameter(text, offset)}`] : []),
    ];
    const { records } = await ask(this.manager, sql.join(' '), text);
    return records as Row[];
  }

  async count(where: readonly Condition[]): Promise<number> {
    const text = this.#table.text();
    const conditions = [...this.#table.visible, ...sqlConditions(where, text)];
    const sql = `SELECT COUNT(*) AS count FROM ${this.#table.name}${whereAll(conditions)}`;
    const { records } = await ask(this.manager, sql, text);
    return Number((records as Row[])[0]?.['count']);
  }

  async change(changes: Partial<Entity>, where: readonly Condition[]): Promise<number> {
    const text = this.#table.text();
    const assignments = this.#table.assignments(changes, text);
    try {
      return await this.#write(`UPDATE ${this.#table.name} SET ${assignments}`, where, text);
    } catch (error) {
      throw this.#namingAllEmptied(error, changes);
    }
  }

  /** Names all emptied fields: a database names only the first. */
  #namingAllEmptied(error: unknown, changes: Partial<Entity>): unknown {
    const fields = error instanceof IntegrityError ? this.#table.emptied(changes) : [];
    const { constraint, cause } = error as IntegrityError;
    if (!fields.some((field) => constraint === `${this.resource}.${field}`)) return error;
    return new IntegrityError(this.resource, { constraint: `${this.resource}.${fields.join('+')}`, cause });
  }

  async remove(where: readonly Condition[]): Promise<number> {
    return this.#write(`DELETE FROM ${this.#table.name}`, where, this.#table.text());
  }

  async #write(statement: string, where: readonly Condition[], text: SqlText): Promise<number> {
    const conditions = [...this.#table.visible, ...sqlConditions(where, text)];
    const { affected } = await ask(this.manager, statement + whereAll(conditions), text);
    return affected ?? 0;
  }

  /** One statement that returns the records as stored. */
  #insertion(records: readonly Entity[], conflict = ''): Statement {
    const text = this.#table.text();
    const { name, columns } = this.#table;
    const insertion = this.#table.insertion(records, text);
    return { sql: `INSERT INTO ${name} ${insertion} ${conflict} RETURNING ${columns}`, text };
  }

  async #inserted(manager: EntityManager, { sql, text }: Statement): Promise<Entity[]> {
    const { records: rows } = await ask(manager, sql, text);
    return (rows as Row[]).map((row) => this.#table.recordOf(row));
  }
}

interface Statement {
  readonly sql: string;
  readonly text: SqlText;
}

const whereAll = (conditions: readonly string[]) =>
  conditions.length ? ` WHERE ${conditions.join(' AND ')}` : '';

/** Runs on the connection of the open unit of work, or on one for this statement alone. */
async function ask(
  { queryRunner, dataSource }: EntityManager,
  sql: string,
  { parameters }: SqlText,
): Promise<QueryResult> {
  if (queryRunner) return queryRunner.query(sql, parameters, true);
  const runner = dataSource.createQueryRunner();
  try {
    return await runner.query(sql, parameters, true);
  } finally {
    await runner.release();
  }
}
