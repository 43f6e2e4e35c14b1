import type { QueryRunner } from 'typeorm';
import { MoveError } from './move.errors.js';
import { isAboutValues, refusedValue } from './refused-value.js';
import type { RefusedRow } from './refused-rows.js';
import type { SourceRow } from './sqlite-source.js';
import type { MovedTable } from './moved-table.js';
import type { TextRow } from './table-digest.js';

/** The move is one transaction, which must not time out while it waits for the source. */
const limits = `SET LOCAL lock_timeout = '30s'; SET LOCAL idle_in_transaction_session_timeout = 0`;

/** The PostgreSQL database that is moved to, within the one transaction of the move. */
export class PostgresTarget {
  constructor(private readonly runner: QueryRunner) {}

  /**
   * Locks the tables against other writers until the transaction ends.
   * @throws MoveError when one of them already has a row, or is being written to
   */
  async claim(tables: readonly MovedTable[]): Promise<void> {
    await this.runner.query(limits);
    const names = tables.map(({ name }) => `"${name}"`);
    await this.runner.query(`LOCK TABLE ${names.join(', ')} IN EXCLUSIVE MODE`).catch((cause: unknown) => {
      throw new MoveError('--to', 'is being written to: stop the service, or the other move, that uses it', {
        cause,
      });
    });
    for (const { name } of tables) {
      const [row] = (await this.runner.query(`SELECT 1 FROM "${name}" LIMIT 1`)) as unknown[];
      if (row)
        throw new MoveError(
          '--to',
          `is not empty: its table ${name} has rows. Name an empty database, which CREATE DATABASE makes`,
        );
    }
  }

  /**
   * Adds all rows except those that PostgreSQL refuses, and returns these. PostgreSQL names at most one column of one
   * row, so a refused batch is halved until each refused row is isolated.
   */
  async add(table: MovedTable, rows: readonly SourceRow[]): Promise<RefusedRow[]> {
    if (!rows.length) return [];
    await this.runner.query('SAVEPOINT batch');
    try {
      await this.insert(table, rows);
      await this.runner.query('RELEASE SAVEPOINT batch');
      return [];
    } catch (error) {
      if (!isAboutValues(error)) throw failed(table, error);
      await this.runner.query('ROLLBACK TO SAVEPOINT batch; RELEASE SAVEPOINT batch');
      const [row] = rows;
      if (rows.length === 1 && row) return [{ row, values: [await refusedValue(this.runner, table, error)] }];
      const middle = rows.length >> 1;
      return [
        ...(await this.add(table, rows.slice(0, middle))),
        ...(await this.add(table, rows.slice(middle))),
      ];
    }
  }

  private async insert({ name, columns }: MovedTable, rows: readonly SourceRow[]): Promise<void> {
    const into = columns.map((column) => `"${column.name}"`).join(', ');
    const values = columns.map(({ type }, index) => `v${index}::${type}`).join(', ');
    const arrays = columns.map((_, index) => `$${index + 1}::text[]`).join(', ');
    const names = columns.map((_, index) => `v${index}`).join(', ');
    await this.runner.query(
      `INSERT INTO "${name}" (${into}) OVERRIDING SYSTEM VALUE
       SELECT ${values} FROM unnest(${arrays}) AS given (${names})`,
      columns.map((_, index) => rows.map((row) => row.values[index])),
    );
  }

  /** Sets the sequence after the highest moved number. */
  async advanceSequence({ name, numbered }: MovedTable): Promise<void> {
    if (!numbered) return;
    await this.runner.query(
      `SELECT setval(pg_get_serial_sequence('"${name}"', '${numbered}'), coalesce(max("${numbered}"), 1), count(*) > 0)
       FROM "${name}"`,
    );
  }

  /** All rows, a batch at a time. */
  async *batches(table: MovedTable, size: number): AsyncGenerator<TextRow[]> {
    const values = table.columns.map(({ fromPostgres }, index) => `${fromPostgres} AS v${index}`).join(', ');
    await this.runner.query(`DECLARE moved NO SCROLL CURSOR FOR SELECT ${values} FROM "${table.name}"`);
    for (;;) {
      const rows = (await this.runner.query(`FETCH ${size} FROM moved`)) as Record<string, unknown>[];
      if (rows.length) yield rows.map((row) => table.text(row));
      if (rows.length < size) break;
    }
    await this.runner.query('CLOSE moved');
  }
}

function failed({ name }: MovedTable, cause: unknown): MoveError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new MoveError('--to', `cannot take the rows of the table ${name}: ${why}. Nothing was moved`, {
    cause,
  });
}
