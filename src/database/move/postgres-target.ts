import type { QueryRunner } from 'typeorm';
import { MoveError } from './move.errors.js';
import type { MovedTable } from './moved-table.js';
import type { TextRow } from './table-digest.js';

/** Inside one transaction that ends with the move; waiting for the source must not end it early. */
const limits = `SET LOCAL lock_timeout = '30s'; SET LOCAL idle_in_transaction_session_timeout = 0`;

/** The PostgreSQL database that is moved to, within the one transaction that everything is copied in. */
export class PostgresTarget {
  constructor(private readonly runner: QueryRunner) {}

  /**
   * Keeps all others from writing to the tables until the transaction ends.
   * @throws MoveError when one of them holds a row already, or is being written to
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

  /** @throws MoveError naming the table when PostgreSQL refuses a value */
  async add(table: MovedTable, rows: readonly TextRow[]): Promise<void> {
    const { name, columns } = table;
    const into = columns.map((column) => `"${column.name}"`).join(', ');
    const values = columns.map(({ type }, index) => `v${index}::${type}`).join(', ');
    const arrays = columns.map((_, index) => `$${index + 1}::text[]`).join(', ');
    const names = columns.map((_, index) => `v${index}`).join(', ');
    const insert = `INSERT INTO "${name}" (${into}) OVERRIDING SYSTEM VALUE
      SELECT ${values} FROM unnest(${arrays}) AS given (${names})`;
    await this.runner
      .query(
        insert,
        columns.map((_, index) => rows.map((row) => row[index])),
      )
      .catch((cause: unknown) => {
        const why = cause instanceof Error ? cause.message : String(cause);
        throw new MoveError('--to', `refused rows of the table ${name}: ${why}. Nothing was moved`, {
          cause,
        });
      });
  }

  /** The numbers that the database gives next follow the highest that was moved. */
  async numberOn({ name, numbered }: MovedTable): Promise<void> {
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
