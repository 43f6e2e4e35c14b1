import { SqliteConnection } from '../sqlite/sqlite-connection.js';
import { MoveError } from './move.errors.js';
import type { MovedTable } from './moved-table.js';
import { SourceFile } from './source-file.js';
import type { TextRow } from './table-digest.js';

/** A row of the source, and how an operator finds it there. */
export interface SourceRow {
  readonly rowid: string;
  readonly values: TextRow;
  /** Columns whose bytes are not UTF-8, so that `values` does not have what is stored. */
  readonly misread: readonly string[];
}

/** The SQLite database that is moved. It is opened read-only. */
export class SqliteSource {
  private constructor(
    private readonly file: SourceFile,
    private readonly connection: SqliteConnection,
  ) {}

  /** @throws MoveError when it is not there, is in use, or cannot be read */
  static async open(path: string): Promise<SqliteSource> {
    const file = await SourceFile.of(path);
    const connection = await SqliteConnection.open(path, 'immutable').catch((cause: unknown) => {
      throw new MoveError('--from', `cannot be read as a SQLite database: ${(cause as Error).message}`, {
        cause,
      });
    });
    return new SqliteSource(file, connection);
  }

  /** @throws MoveError when a table lacks what is to move, or has what would be left behind */
  async refuseOtherColumns({ name, columns }: MovedTable): Promise<void> {
    const found = (await this.rows(`PRAGMA table_info("${name}")`)).map((row) => String(row['name']));
    if (!found.length)
      throw new MoveError('--from', `has no table ${name}: it is not a database of this service`);
    const known = columns.map((column) => column.name);
    const missing = known.filter((column) => !found.includes(column));
    if (missing.length)
      throw new MoveError(
        '--from',
        `has no column ${missing.join(', ')} in the table ${name}: it is older than this program. Start the service on ` +
          'it once, and stop it again',
      );
    const unknown = found.filter((column) => !known.includes(column));
    if (unknown.length)
      throw new MoveError(
        '--from',
        `has a column ${unknown.join(', ')} in the table ${name} that this program does not know: it is newer. Move it ` +
          'with the version that wrote it',
      );
  }

  /** The names of all other tables. */
  async tablesBeside(known: readonly string[]): Promise<string[]> {
    const found = await this.rows(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
    );
    return found.map((row) => String(row['name'])).filter((name) => !known.includes(name));
  }

  async count({ name }: MovedTable): Promise<number> {
    const [row] = await this.rows(`SELECT count(*) AS rows FROM "${name}"`);
    return Number(row?.['rows']);
  }

  /** All rows, a batch at a time. */
  async *batches(table: MovedTable, size: number): AsyncGenerator<SourceRow[]> {
    const values = table.columns.map(({ fromSqlite }, index) => `${fromSqlite} AS v${index}`).join(', ');
    const select = `SELECT CAST(rowid AS TEXT) AS place, ${values} FROM "${table.name}"
      WHERE rowid > CAST(? AS INTEGER) ORDER BY rowid LIMIT ?`;
    for (let place: unknown = String(-(2n ** 63n)); ;) {
      const rows = await this.rows(select, [place, size]);
      const read: SourceRow[] = [];
      for (const row of rows) {
        const rowid = String(row['place']);
        const values = table.text(row);
        read.push({ rowid, values, misread: await this.misread(table, rowid, values) });
      }
      if (read.length) yield read;
      if (rows.length < size) return;
      place = rows.at(-1)?.['place'];
    }
  }

  /** Bytes that are not UTF-8 are read as U+FFFD, which is also a character that may be stored. */
  private async misread({ name, columns }: MovedTable, rowid: string, values: TextRow): Promise<string[]> {
    const suspects = columns.filter((_, index) => values[index]?.includes('\ufffd'));
    if (!suspects.length) return [];
    const bytes = suspects.map(({ fromSqlite }, index) => `hex(${fromSqlite}) AS v${index}`).join(', ');
    const [stored] = await this.rows(`SELECT ${bytes} FROM "${name}" WHERE rowid = CAST(? AS INTEGER)`, [
      rowid,
    ]);
    return suspects
      .filter((column, index) => {
        const text = values[columns.indexOf(column)] as string;
        return Buffer.from(text).toString('hex').toUpperCase() !== stored?.[`v${index}`];
      })
      .map((column) => column.name);
  }

  /** @throws MoveError when the file is damaged */
  private rows(sql: string, values: readonly unknown[] = []): Promise<Record<string, unknown>[]> {
    return this.connection.rows(sql, values).catch((cause: unknown) => {
      throw new MoveError('--from', `cannot be read: ${(cause as Error).message}. Nothing was moved`, {
        cause,
      });
    });
  }

  /** @throws MoveError when it has changed since it was opened */
  refuseChanged(): Promise<void> {
    return this.file.refuseChanged();
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}
