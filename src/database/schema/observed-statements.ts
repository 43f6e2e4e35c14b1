import type { QueryRunner } from 'typeorm';

/** TypeORM changes a table of SQLite by copying its rows into one of such a name. */
const copy = /^\s*INSERT\s+INTO\s+"temporary_/i;
const rebuild = /^\s*CREATE\s+TABLE\s+"temporary_([^"]+)"/i;
/** What the tables do not show afterwards: changed rows, and objects other than tables, indexes and types. */
const unseen =
  /^\s*(?:INSERT|UPDATE|DELETE|REPLACE|MERGE|TRUNCATE|COPY|DO|CALL|WITH|(?:CREATE|ALTER|DROP)\s+(?!TABLE\b|(?:UNIQUE\s+)?INDEX\b|TYPE\b))/i;
const comments = /--[^\n]*|\/\*[^]*?\*\//g;

/** Watches the statements of a migration that is tried in a transaction. */
export class ObservedStatements {
  /** Hands everything on to the query runner that it stands for. */
  readonly runner: QueryRunner;
  #hasUnseenEffects = false;
  #rebuilt: string[] = [];

  constructor(target: QueryRunner) {
    this.runner = new Proxy(target, {
      get: (_, name) => {
        if (name === 'query') return (sql: string, ...rest: [unknown[]?]) => this.#query(target, sql, rest);
        // What it saves is not seen here.
        if (name === 'manager') this.#hasUnseenEffects = true;
        const value: unknown = Reflect.get(target, name, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  }

  /** Whether the migration has an effect that its tables do not show, or would have one on existing rows. */
  get hasUnseenEffects(): boolean {
    return this.#hasUnseenEffects;
  }

  get rebuilt(): readonly string[] {
    return this.#rebuilt;
  }

  reset(): void {
    this.#hasUnseenEffects = false;
    this.#rebuilt = [];
  }

  #query(target: QueryRunner, sql: string, rest: [unknown[]?]): Promise<unknown> {
    // A semicolon in a literal only makes this stricter.
    const parts = sql.replaceAll(comments, ' ').split(';');
    if (parts.some((part) => unseen.test(part) && !copy.test(part))) this.#hasUnseenEffects = true;
    const [, table] = rebuild.exec(sql) ?? [];
    if (table) this.#rebuilt.push(table);
    // An index of an empty table needs no other way, and PostgreSQL has none in a transaction.
    return target.query(sql.replace(/\bCONCURRENTLY\b/i, ''), ...rest);
  }
}
