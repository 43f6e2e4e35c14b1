import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import type { Records } from '../repository/records.js';
import type { SqlScope } from '../repository/sql-scope.js';
import { ReadOnlyUnitError, UnitClosedError, UnitFailedError } from '../worker/worker.errors.js';
import { EntityShape } from './entity-shape.js';
import { InMemoryRecords } from './in-memory-records.js';
import type { Table, TableAccess } from './in-memory-records.js';
import { noSql } from './no-sql.error.js';

/** Tables by their entity. */
export type Tables = ReadonlyMap<unknown, Table>;

const emptyTable: Table = { rows: [], counted: 0 };

/** An open transaction in memory: it works on a snapshot, which becomes the database when it is committed. */
export class InMemoryUnit implements SqlScope {
  readonly #afterCommit: (() => unknown)[] = [];
  readonly #tables: Map<unknown, Table>;
  #isOpen = true;
  #failure: unknown;

  constructor(
    /** What the unit is a transaction of. */
    readonly dataSource: object,
    tables: Tables,
    private readonly readOnly: boolean,
  ) {
    this.#tables = new Map(tables);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get manager(): EntityManager {
    return noSql();
  }

  /** Calls back once, after the commit and never without it. */
  afterCommit(callback: () => unknown): void {
    if (!this.#isOpen) throw new UnitClosedError();
    this.#afterCommit.push(callback);
  }

  records<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Records<Entity> {
    return new InMemoryRecords(EntityShape.of(entity), this.access(entity));
  }

  access(entity: unknown): TableAccess {
    const table = () => this.#tables.get(entity) ?? emptyTable;
    return {
      read: async (work) => this.#do(() => work(table())),
      write: async (work) =>
        this.#do(() => {
          if (this.readOnly) throw new ReadOnlyUnitError();
          const [changed, result] = work(table());
          this.#tables.set(entity, changed);
          return result;
        }),
    };
  }

  /** @throws UnitFailedError when a statement had failed and its error was swallowed */
  commit(): { readonly tables: Tables; readonly callbacks: readonly (() => unknown)[] } {
    this.end();
    if (this.#failure !== undefined) throw new UnitFailedError(this.#failure);
    return { tables: this.#tables, callbacks: this.#afterCommit };
  }

  end(): void {
    this.#isOpen = false;
  }

  #do<Result>(statement: () => Result): Result {
    if (!this.#isOpen) throw new UnitClosedError();
    if (this.#failure !== undefined) throw new UnitFailedError(this.#failure);
    try {
      return statement();
    } catch (error) {
      this.#failure = error;
      throw error;
    }
  }
}
