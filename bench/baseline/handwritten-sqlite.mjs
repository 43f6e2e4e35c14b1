import sqlite3 from 'sqlite3';

const readers = 3;

/**
 * The `sqlite3` package used directly, without our layers, with the product's settings: one writer behind a queue, three
 * readers, WAL, FULL, every statement prepared once.
 */
export class HandwrittenSqlite {
  /** @type {Connection} */
  writer;
  /** @type {Connection[]} */
  readers = [];
  #previous = Promise.resolve();
  #next = 0;

  static async open(file) {
    const handwritten = new HandwrittenSqlite();
    handwritten.writer = await connect(file, sqlite3.OPEN_READWRITE | sqlite3.OPEN_CREATE);
    await handwritten.writer.execute('PRAGMA journal_mode = WAL');
    for (let count = 0; count < readers; count++)
      handwritten.readers.push(await connect(file, sqlite3.OPEN_READONLY));
    return handwritten;
  }

  /** Runs work between BEGIN IMMEDIATE and COMMIT, one at a time. */
  write(work) {
    const unit = this.#previous.then(() => between(this.writer, 'BEGIN IMMEDIATE', work));
    this.#previous = unit.catch(() => undefined);
    return unit;
  }

  /** Runs work between BEGIN and COMMIT on a reader; one unit at a time on each. */
  read(work) {
    const reader = this.readers[this.#next++ % readers];
    const unit = (reader.previous ?? Promise.resolve()).then(() => between(reader, 'BEGIN', work));
    reader.previous = unit.catch(() => undefined);
    return unit;
  }

  /** One statement by itself on a reader. */
  row(sql, ...values) {
    return this.readers[this.#next++ % readers].row(sql, ...values);
  }

  async close() {
    for (const connection of [...this.readers, this.writer]) await connection.close();
  }
}

async function between(connection, begin, work) {
  await connection.run(begin);
  try {
    const result = await work(connection);
    await connection.run('COMMIT');
    return result;
  } catch (error) {
    await connection.run('ROLLBACK');
    throw error;
  }
}

/** One connection with the product's settings. */
export async function connect(file, mode = sqlite3.OPEN_READWRITE) {
  const database = await new Promise((resolve, reject) => {
    const opened = new sqlite3.Database(file, mode | sqlite3.OPEN_FULLMUTEX, (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  database.serialize();
  database.configure('busyTimeout', 5_000);
  const connection = new Connection(database);
  await connection.execute('PRAGMA synchronous = FULL');
  await connection.execute('PRAGMA foreign_keys = ON');
  return connection;
}

class Connection {
  /** @type {Promise<unknown> | undefined} The end of the last unit on it. */
  previous;
  #prepared = new Map();

  constructor(database) {
    this.database = database;
  }

  /** For statements that run once: settings and the schema. */
  execute(sql) {
    return new Promise((resolve, reject) => {
      this.database.exec(sql, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** @returns the number of rows changed */
  run(sql, ...values) {
    const statement = this.#statement(sql);
    return new Promise((resolve, reject) => {
      statement.run(
        values,
        /** @this {import('sqlite3').RunResult} */ function (error) {
          if (error) reject(error);
          else resolve(this.changes);
        },
      );
    });
  }

  rows(sql, ...values) {
    const statement = this.#statement(sql);
    return new Promise((resolve, reject) => {
      statement.all(values, (error, rows) => (error ? reject(error) : resolve(rows)));
    });
  }

  async row(sql, ...values) {
    // Not `get`, which leaves the statement open, and with it the snapshot that it reads.
    const [row] = await this.rows(sql, ...values);
    return row;
  }

  async close() {
    for (const statement of this.#prepared.values())
      await new Promise((resolve) => statement.finalize(resolve));
    await new Promise((resolve) => this.database.close(resolve));
  }

  #statement(sql) {
    if (!this.#prepared.has(sql)) this.#prepared.set(sql, this.database.prepare(sql));
    return this.#prepared.get(sql);
  }
}
