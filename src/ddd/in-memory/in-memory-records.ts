import type { ObjectLiteral } from 'typeorm';
import type { Condition } from '../repository/condition.js';
import type { Records, Selection } from '../repository/records.js';
import { AlreadyExistsError, IntegrityError } from '../repository/repository.errors.js';
import { compareRows, isSame, matches, place } from './comparison.js';
import type { Row } from './comparison.js';
import type { Column, EntityShape } from './entity-shape.js';

/** The rows of one entity. They are never changed, only replaced, so that a copy of the list is a snapshot. */
export interface Table {
  readonly rows: readonly Row[];
  /** How many rows the table has ever had. */
  readonly counted: number;
}

/** Reads and writes a table: in a unit of work, or each time for itself. */
export interface TableAccess {
  read<Result>(work: (table: Table) => Result): Promise<Result>;
  write<Result>(work: (table: Table) => [Table, Result]): Promise<Result>;
}

/** The records of an entity in memory, with the uniqueness, defaults and errors that its table would have. */
export class InMemoryRecords<Entity extends ObjectLiteral> implements Records<Entity> {
  constructor(
    private readonly shape: EntityShape<Entity>,
    private readonly access: TableAccess,
  ) {}

  get resource(): string {
    return this.shape.table;
  }

  get key(): readonly string[] {
    return this.shape.key;
  }

  async insert(records: readonly Entity[]): Promise<Entity[]> {
    return this.access.write((table) => {
      const added = records.map((record, index) => this.#complete(record, table.counted + index + 1));
      const rows = [...table.rows];
      for (const row of added) {
        this.#refuseTaken(row, rows);
        rows.push(row);
      }
      return [{ rows, counted: table.counted + added.length }, added.map((row) => this.shape.instance(row))];
    });
  }

  async insertUnlessExists(record: Entity): Promise<Entity | null> {
    return this.access.write((table) => {
      const row = this.#complete(record, table.counted + 1);
      if (this.shape.uniques.some((unique) => isTaken(row, unique, table.rows))) return [table, null];
      return [{ rows: [...table.rows, row], counted: table.counted + 1 }, this.shape.instance(row)];
    });
  }

  async select({ where, sorting, limit, after, offset = 0 }: Selection): Promise<Entity[]> {
    this.#refuseUnknown([...where, ...sorting]);
    return this.access.read(({ rows }) =>
      rows
        .filter((row) => matches(row, where))
        .filter((row) => !after || place(row, after, sorting) > 0)
        .sort(compareRows(sorting))
        .slice(offset, offset + limit)
        .map((row) => this.shape.instance(row)),
    );
  }

  async count(where: readonly Condition[]): Promise<number> {
    this.#refuseUnknown(where);
    return this.access.read(({ rows }) => rows.filter((row) => matches(row, where)).length);
  }

  async change(changes: Partial<Entity>, where: readonly Condition[]): Promise<number> {
    this.#refuseUnknown([...where, ...Object.keys(changes).map((field) => ({ field }))]);
    return this.access.write((table) => {
      const changed = new Set(table.rows.filter((row) => matches(row, where)));
      const rows = table.rows.map((row) =>
        changed.has(row) ? { ...row, ...structuredClone(changes) } : row,
      );
      for (const [index, row] of rows.entries()) {
        if (row === table.rows[index]) continue;
        this.#refuseEmpty(row);
        this.#refuseTaken(row, rows);
      }
      return [{ ...table, rows }, changed.size];
    });
  }

  async remove(where: readonly Condition[]): Promise<number> {
    this.#refuseUnknown(where);
    return this.access.write((table) => {
      const rows = table.rows.filter((row) => !matches(row, where));
      return [{ ...table, rows }, table.rows.length - rows.length];
    });
  }

  #complete(record: Entity, number: number): Row {
    const given: Row = structuredClone({ ...record });
    const row = Object.fromEntries(
      this.shape.columns.map(({ field, fill }) => [
        field,
        given[field] === undefined ? fill(number) : given[field],
      ]),
    );
    this.#refuseEmpty(row);
    return row;
  }

  #refuseUnknown(asked: readonly { readonly field: string }[]): void {
    for (const { field } of asked) this.shape.column(field);
  }

  #refuseEmpty(row: Row): void {
    const empty = this.shape.columns.find(({ field, isNullable }) => !isNullable && row[field] === null);
    if (empty) throw new IntegrityError(this.shape.table, { constraint: this.#constraint([empty]) });
  }

  #refuseTaken(row: Row, rows: readonly Row[]): void {
    const taken = this.shape.uniques.find((unique) => isTaken(row, unique, rows));
    if (taken) throw new AlreadyExistsError(this.shape.table, { constraint: this.#constraint(taken) });
  }

  #constraint(columns: readonly Column[]): string {
    return `${this.shape.table}.${columns.map(({ name }) => name).join('+')}`;
  }
}

const isTaken = (row: Row, unique: readonly Column[], rows: readonly Row[]): boolean =>
  rows.some((other) => other !== row && unique.every(({ field }) => isSame(other[field], row[field])));
