import type sqlite3 from 'sqlite3';
import { isDamage } from '../sqlite/database-file.error.js';
import { closed, openDatabase } from '../sqlite/sqlite-open.js';
import type { SqliteAccess } from '../sqlite/sqlite-open.js';
import { BackupError } from './backup.errors.js';
import { copyPages } from './page-copy.js';

/** How many rows each table holds. */
export type RowCounts = Readonly<Record<string, number>>;
export type CopyProgress = (step: 'copied' | 'verified', done: number, of: number) => void;

type Row = Record<string, unknown>;

/** A database file that is read as a whole: its content, and whether it is intact. */
export class BackupSource {
  private constructor(
    readonly file: string,
    private readonly database: sqlite3.Database,
  ) {}

  /** @throws BackupError when it cannot be opened or is not a SQLite database */
  static async open(file: string, access: SqliteAccess): Promise<BackupSource> {
    const database = await openDatabase(file, access).catch((error: unknown) => {
      throw unreadable(file, error as Error);
    });
    return new BackupSource(file, database);
  }

  close(): Promise<void> {
    return closed(this.database);
  }

  /** Runs work on one snapshot, which excludes what other processes commit meanwhile. */
  async inSnapshot<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.rows('BEGIN');
    try {
      // The snapshot is taken by the first statement that reads.
      await this.rows('SELECT count(*) FROM sqlite_master');
      return await work();
    } finally {
      await this.rows('ROLLBACK');
    }
  }

  copyTo(file: string, progress: (pages: number, of: number) => void): Promise<void> {
    return copyPages(this.database, file, progress);
  }

  async rowCounts(): Promise<RowCounts> {
    const tables = await this.rows(
      `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name`,
    );
    const counts: Record<string, number> = {};
    for (const name of tables.map((row) => String(row['name']))) {
      const [row] = await this.rows(`SELECT count(*) AS rows FROM "${name.replaceAll('"', '""')}"`);
      counts[name] = Number(row?.['rows']);
    }
    return counts;
  }

  /** Names of the migrations that have run on it; empty if it has no record of migrations. */
  async migrations(table: string): Promise<string[]> {
    const [found] = await this.rows(`SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?`, [table]);
    if (!found) return [];
    return (await this.rows(`SELECT name FROM "${table}"`)).map(({ name }) => String(name));
  }

  /** @throws BackupError when SQLite finds damage */
  async refuseDamaged(): Promise<void> {
    const problems = [
      ...(await this.rows('PRAGMA integrity_check(1)')).map((row) => String(row['integrity_check'])),
      ...(await this.rows('PRAGMA foreign_key_check')).map(
        ({ table }) => `a row of ${String(table)} refers to a missing row`,
      ),
    ].filter((problem) => problem !== 'ok');
    if (problems.length) throw new BackupError(`${this.file} is damaged: ${problems[0]}`);
  }

  /** Converts the file so that it needs no log beside it. No other process may have it open. */
  async checkpoint(): Promise<void> {
    await this.rows('PRAGMA journal_mode = DELETE');
  }

  /** Locks all other processes out without waiting for them, and checkpoints their log into the file. */
  async claim(): Promise<void> {
    this.database.configure('busyTimeout', 0);
    await this.rows('PRAGMA locking_mode = EXCLUSIVE');
    await this.checkpoint();
    await this.rows('BEGIN EXCLUSIVE');
    await this.rows('ROLLBACK');
  }

  private rows(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return new Promise((resolve, reject) => {
      this.database.all<Row>(sql, parameters, (error, rows) =>
        error ? reject(unreadable(this.file, error)) : resolve(rows),
      );
    });
  }
}

const unreadable = (file: string, error: Error) =>
  new BackupError(
    isDamage(error)
      ? `${file} is damaged or not a SQLite database: ${error.message}`
      : `${file} cannot be read: ${error.message}`,
    { cause: error },
  );
