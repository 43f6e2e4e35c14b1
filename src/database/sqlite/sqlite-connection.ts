import { setTimeout as pause } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import sqlite3 from 'sqlite3';

/** `immutable` reads a file that nobody writes: it takes no lock, and lays no file beside it. */
export type SqliteAccess = 'read-write' | 'read-only' | 'immutable';
export type Row = Record<string, unknown>;
export interface Written {
  /** How many rows the statement wrote. */
  readonly changes: number;
  /** Row id of the last insert. */
  readonly lastId: number;
}

type Prepared = sqlite3.Statement | Promise<sqlite3.Statement>;

/** What a statement can be asked, prepared or not. */
interface Target {
  /** Brings a statement that failed back to its beginning. */
  reset(done: () => void): unknown;
  all(parameters: readonly unknown[], done: (error: Error | null, rows: unknown[]) => void): unknown;
  run(parameters: readonly unknown[], done: (this: sqlite3.RunResult, error: Error | null) => void): unknown;
}

const openFlags: Record<SqliteAccess, number> = {
  'read-write': sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE | sqlite3.OPEN_FULLMUTEX,
  'read-only': sqlite3.OPEN_READONLY | sqlite3.OPEN_FULLMUTEX,
  immutable: sqlite3.OPEN_READONLY | sqlite3.OPEN_FULLMUTEX | sqlite3.OPEN_URI,
};
/** Milliseconds that a statement waits for the lock of another process. */
const busyTimeout = 5_000;
const walPause = 10;
const cachedStatements = 100;
const cacheable = /^\s*(SELECT|INSERT|UPDATE|DELETE|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|WITH)\b/i;

/** One connection of the `sqlite3` package, in promises, with its prepared statements kept. */
export class SqliteConnection {
  /** The least recently used first. */
  readonly #statements = new Map<string, Prepared>();
  #broken = false;

  private constructor(
    private readonly file: string,
    private readonly access: SqliteAccess,
    private database: sqlite3.Database,
  ) {}

  /**
   * Opens the file with WAL and full synchronisation: a commit that was answered survives a power cut.
   * (WAL measured 2 to 3 times faster than a rollback journal; NORMAL could forget a commit whose mail has left.)
   */
  static async open(file: string, access: SqliteAccess): Promise<SqliteConnection> {
    return new SqliteConnection(file, access, await openDatabase(file, access));
  }

  /** Runs one statement and gives the rows it answers. */
  rows(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.#on(sql, (target) => rowsOf(target, parameters));
  }

  /** Runs one statement and tells what it wrote. */
  write(sql: string, parameters: readonly unknown[] = []): Promise<Written> {
    return this.#on(sql, (target) => writtenBy(target, parameters));
  }

  /** Makes the statement that runs now fail with SQLITE_INTERRUPT. */
  interrupt(): void {
    this.database.interrupt();
  }

  /** Ends an open transaction; a connection that cannot even do that is replaced by a new one. */
  async rollBack(): Promise<void> {
    try {
      await this.write('ROLLBACK');
    } catch (error) {
      if (!isAlreadyRolledBack(error)) await this.#replace();
    }
  }

  async close(): Promise<void> {
    for (const statement of this.#statements.values()) await finalized(statement);
    this.#statements.clear();
    await closed(this.database);
  }

  /** When that fails too, the next statement tries again. */
  async #replace(): Promise<void> {
    this.#broken = true;
    await this.close().catch(() => undefined);
    this.database = await openDatabase(this.file, this.access);
    this.#broken = false;
  }

  /** A statement kept prepared costs one hop to libuv's threads instead of two, and no wait before it. */
  #on<Result>(sql: string, ask: (target: Target) => Promise<Result>): Promise<Result> {
    const kept = this.#broken ? undefined : this.#statements.get(sql);
    if (!kept || kept instanceof Promise) return this.#target(sql).then(ask);
    this.#statements.delete(sql);
    this.#statements.set(sql, kept);
    return ask(kept);
  }

  async #target(sql: string): Promise<Target> {
    if (this.#broken) await this.#replace();
    return cacheable.test(sql) ? this.#prepared(sql) : this.#unkept(sql);
  }

  #unkept(sql: string): Target {
    return {
      all: (parameters, done) => this.database.all(sql, parameters, done),
      run: (parameters, done) => this.database.run(sql, parameters, done),
      // Finalized already.
      reset: (done) => done(),
    };
  }

  async #prepared(sql: string): Promise<sqlite3.Statement> {
    const prepared = this.#statements.get(sql) ?? this.#prepare(sql);
    this.#statements.delete(sql);
    this.#statements.set(sql, prepared);
    const [oldest] = this.#statements;
    if (oldest && this.#statements.size > cachedStatements) {
      this.#statements.delete(oldest[0]);
      await finalized(oldest[1]);
    }
    const statement = await prepared;
    if (this.#statements.get(sql) === prepared) this.#statements.set(sql, statement);
    return statement;
  }

  async #prepare(sql: string): Promise<sqlite3.Statement> {
    try {
      return await new Promise((resolve, reject) => {
        const prepared: sqlite3.Statement = this.database.prepare(sql, (error: Error | null) =>
          error ? reject(error) : resolve(prepared),
        );
      });
    } catch (error) {
      this.#statements.delete(sql);
      throw error;
    }
  }
}

/** A full disk or an I/O error makes SQLite roll back by itself. */
export const isAlreadyRolledBack = (error: unknown) =>
  error instanceof Error && error.message.includes('no transaction is active');

async function openDatabase(file: string, access: SqliteAccess): Promise<sqlite3.Database> {
  const name = access === 'immutable' ? `${pathToFileURL(file).href}?immutable=1` : file;
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(name, openFlags[access], (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  // One statement at a time: a Promise.all in a unit must not occupy all four threads of libuv.
  database.serialize();
  database.configure('busyTimeout', busyTimeout);
  try {
    if (access === 'read-write') await useWriteAheadLog(database);
    await pragma(database, 'synchronous = FULL');
    await pragma(database, 'foreign_keys = ON');
  } catch (error) {
    await closed(database);
    throw error;
  }
  return database;
}

/** SQLite does not wait, whatever the busy timeout, where two connections turn a new file to WAL at once. */
async function useWriteAheadLog(database: sqlite3.Database): Promise<void> {
  for (const end = performance.now() + busyTimeout; ; await pause(walPause)) {
    try {
      return await pragma(database, 'journal_mode = WAL');
    } catch (error) {
      if ((error as { code?: string }).code !== 'SQLITE_BUSY' || performance.now() > end) throw error;
    }
  }
}

/** A statement that met a lock would stay open without the reset, and no transaction can commit beside it. */
const rowsOf = (target: Target, parameters: readonly unknown[]) =>
  new Promise<Row[]>((resolve, reject) => {
    target.all(parameters, (error, rows) => {
      if (error) target.reset(() => reject(error));
      else resolve(rows as Row[]);
    });
  });

const writtenBy = (target: Target, parameters: readonly unknown[]) =>
  new Promise<Written>((resolve, reject) => {
    target.run(parameters, function (error) {
      if (error) target.reset(() => reject(error));
      else resolve({ changes: this.changes, lastId: this.lastID });
    });
  });

const pragma = (database: sqlite3.Database, setting: string) =>
  new Promise<void>((resolve, reject) => {
    database.run(`PRAGMA ${setting}`, (error) => (error ? reject(error) : resolve()));
  });

const closed = (database: sqlite3.Database) =>
  new Promise<void>((resolve, reject) => {
    database.close((error) => (error ? reject(error) : resolve()));
  });

/** One that could not be prepared is nothing to finalize. */
async function finalized(prepared: Prepared): Promise<void> {
  const statement = await Promise.resolve(prepared).catch(() => undefined);
  await new Promise<void>((resolve) => (statement ? statement.finalize(() => resolve()) : resolve()));
}
