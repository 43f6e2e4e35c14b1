import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';
import type { Records } from '../../src/ddd/repository/index.js';
import type { OpenUnit } from '../../src/ddd/worker/index.js';
import { ReadOnlyUnitError, UnitClosedError, UnitFailedError } from '../../src/ddd/worker/index.js';
import { columnsInMemory, uniquesOf } from './columns-in-memory.js';
import { InMemoryRecords } from './in-memory-records.js';
import type { TableAccess } from './in-memory-records.js';
import { InMemoryTable, TableView } from './in-memory-table.js';
import { noSql } from './no-sql.error.js';

/** Tables by their entity. */
export type Tables = ReadonlyMap<unknown, InMemoryTable>;

/** An open transaction in memory: it sees the tables as they were when it began, and what it has written itself. */
export class InMemoryUnit implements OpenUnit {
  readonly #afterCommit: (() => unknown)[] = [];
  readonly #views = new Map<unknown, TableView>();
  #isOpen = true;
  #failure: unknown;

  constructor(
    readonly dataSource: object,
    private readonly tables: Tables,
    private readonly readOnly: boolean,
  ) {
    for (const table of tables.values()) table.holders++;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get manager(): EntityManager {
    return noSql();
  }

  afterCommit(callback: () => unknown): void {
    if (!this.#isOpen) throw new UnitClosedError();
    this.#afterCommit.push(callback);
  }

  records<Entity extends ObjectLiteral>(entity: EntityTarget<Entity>): Records<Entity> {
    return new InMemoryRecords(columnsInMemory(entity), this.access(entity));
  }

  access(entity: EntityTarget<ObjectLiteral>): TableAccess {
    return {
      read: async (work) => this.#do(() => work(this.#view(entity))),
      write: async (work) =>
        this.#do(() => {
          if (this.readOnly) throw new ReadOnlyUnitError();
          return work(this.#view(entity));
        }),
    };
  }

  /** @throws UnitFailedError when a statement had failed and its error was swallowed */
  commit(): { readonly tables: Tables; readonly callbacks: readonly (() => unknown)[] } {
    if (this.#failure !== undefined) throw new UnitFailedError(this.#failure);
    const tables = new Map(this.tables);
    for (const [entity, view] of this.#views) tables.set(entity, view.committed());
    this.end();
    return { tables, callbacks: this.#afterCommit };
  }

  end(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const table of this.tables.values()) table.holders--;
  }

  #view(entity: EntityTarget<ObjectLiteral>): TableView {
    const view =
      this.#views.get(entity) ??
      new TableView(this.tables.get(entity) ?? new InMemoryTable(uniquesOf(columnsInMemory(entity))));
    this.#views.set(entity, view);
    return view;
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
