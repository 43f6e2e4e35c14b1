import type sqlite3 from 'sqlite3';
import { closed, openDatabase } from './sqlite-open.js';
import type { SqliteAccess } from './sqlite-open.js';

export type Row = Record<string, unknown>;
export interface Written {
  /** How many rows the statement wrote. */
  readonly changes: number;
  /** Row id of the last insert. */
  readonly lastId: number;
}

type Prepared = sqlite3.Statement | Promise<sqlite3.Statement>;

/** What can be run as a prepared statement or as text. */
interface Target {
  /** Resets a failed statement. */
  reset(done: () => void): unknown;
  all(parameters: readonly unknown[], done: (error: Error | null, rows: unknown[]) => void): unknown;
  run(parameters: readonly unknown[], done: (this: sqlite3.RunResult, error: Error | null) => void): unknown;
}

const cachedStatements = 100;
const cacheable = /^\s*(SELECT|INSERT|UPDATE|DELETE|BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|WITH)\b/i;

/** One connection of the `sqlite3` package with a promise API, and a cache of prepared statements. */
export class SqliteConnection {
  /** Least recently used first. */
  readonly #statements = new Map<string, Prepared>();
  readonly #returnsRows = new Map<string, boolean>();
  #broken = false;

  private constructor(
    private readonly file: string,
    private readonly access: SqliteAccess,
    private database: sqlite3.Database,
  ) {}

  /** Opens the file so that commits survive a power cut. */
  static async open(file: string, access: SqliteAccess): Promise<SqliteConnection> {
    return new SqliteConnection(file, access, await openDatabase(file, access));
  }

  /** Runs one statement and returns its rows. */
  rows(sql: string, parameters: readonly unknown[] = []): Promise<Row[]> {
    return this.#on(sql, (target) => rowsOf(target, parameters));
  }

  /** Runs one statement and returns what it wrote. */
  write(sql: string, parameters: readonly unknown[] = []): Promise<Written> {
    return this.#on(sql, (target) => writtenBy(target, parameters));
  }

  /** Whether a statement returns rows, according to the program that SQLite compiles it to; cached by text. */
  async returnsRows(sql: string): Promise<boolean> {
    const known = this.#returnsRows.get(sql);
    if (known !== undefined) return known;
    const program = await this.rows(`EXPLAIN ${sql}`);
    const usesRows = program.some(({ opcode }) => opcode === 'ResultRow');
    if (this.#returnsRows.size >= cachedStatements) this.#returnsRows.clear();
    this.#returnsRows.set(sql, usesRows);
    return usesRows;
  }

  /** Aborts the running statement with SQLITE_INTERRUPT. */
  interrupt(): void {
    this.database.interrupt();
  }

  /** Ends an open transaction. If even that fails, the connection is replaced by a new one. */
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

  /** If that fails too, the next statement retries. */
  async #replace(): Promise<void> {
    this.#broken = true;
    await this.close().catch(() => undefined);
    this.database = await openDatabase(this.file, this.access);
    this.#broken = false;
  }

  /** A prepared statement costs one round trip to libuv's threads instead of two, and no wait before it. */
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
      // Already finalized.
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

/** Without the reset, a statement that failed on a lock would stay open, and no transaction could commit meanwhile. */
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

/** A statement that could not be prepared needs no finalizing. */
async function finalized(prepared: Prepared): Promise<void> {
  const statement = await Promise.resolve(prepared).catch(() => undefined);
  await new Promise<void>((resolve) => (statement ? statement.finalize(() => resolve()) : resolve()));
}
