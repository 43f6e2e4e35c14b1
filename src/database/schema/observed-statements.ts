import type { QueryRunner } from 'typeorm';

/** TypeORM changes a table of SQLite by copying its rows into one of such a name. */
const copy = /^\s*INSERT\s+INTO\s+"temporary_/i;
const rebuild = /^\s*CREATE\s+TABLE\s+"temporary_([^"]+)"/i;
const change = /^\s*(?:INSERT|UPDATE|DELETE|MERGE|TRUNCATE|WITH)\b/i;

/** Watches the statements of a migration that is tried in a transaction. */
export class ObservedStatements {
  /** Hands everything on to the query runner that it stands for. */
  readonly runner: QueryRunner;
  #changesRows = false;
  #rebuilt: string[] = [];

  constructor(target: QueryRunner) {
    this.runner = new Proxy(target, {
      get: (_, name) => {
        if (name === 'query') return (sql: string, ...rest: [unknown[]?]) => this.#query(target, sql, rest);
        // What it saves is not seen here.
        if (name === 'manager') this.#changesRows = true;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  /** Whether the migration may have changed rows, had there been any. */
  get changesRows(): boolean {
    return this.#changesRows;
  }

  get rebuilt(): readonly string[] {
    return this.#rebuilt;
  }

  reset(): void {
    this.#changesRows = false;
    this.#rebuilt = [];
  }

  #query(target: QueryRunner, sql: string, rest: [unknown[]?]): Promise<unknown> {
    if (change.test(sql) && !copy.test(sql)) this.#changesRows = true;
    const [, table] = rebuild.exec(sql) ?? [];
    if (table) this.#rebuilt.push(table);
    // An index of an empty table needs no other way, and PostgreSQL has none in a transaction.
    return target.query(sql.replace(/\bCONCURRENTLY\b/i, ''), ...rest);
  }
}
