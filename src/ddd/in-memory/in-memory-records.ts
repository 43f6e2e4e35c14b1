import type { ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { Condition } from '../repository/condition.js';
import type { EntityColumns } from '../repository/entity-columns.js';
import type { Records, Selection } from '../repository/records.js';
import { AlreadyExistsError, IntegrityError } from '../repository/repository.errors.js';
import { compareRows, matches, place } from './comparison.js';
import { defaultValue } from './default-value.js';
import type { Row, TableView } from './in-memory-table.js';
import { readValue, storedValue } from './stored-value.js';

/** Reads and writes a table: in a unit of work, or each time for itself. */
export interface TableAccess {
  read<Result>(work: (table: TableView) => Result): Promise<Result>;
  write<Result>(work: (table: TableView) => Result): Promise<Result>;
}

/** The records of an entity in memory, with the uniqueness, defaults and errors that its table would have. */
export class InMemoryRecords<Entity extends ObjectLiteral> implements Records<Entity> {
  constructor(
    private readonly columns: EntityColumns<Entity>,
    private readonly access: TableAccess,
  ) {}

  get resource(): string {
    return this.columns.metadata.tableName;
  }

  get key(): readonly string[] {
    return this.columns.key;
  }

  async insert(records: readonly Entity[]): Promise<Entity[]> {
    for (const record of records) this.columns.assertFields(record);
    return this.access.write((table) =>
      records.map((record) => {
        const number = table.next();
        const row = this.#initialRow(record, number);
        this.#refuseTaken(table, number, row);
        table.put(number, row);
        return this.#recordOf(row);
      }),
    );
  }

  async insertUnlessExists(record: Entity): Promise<Entity | null> {
    this.columns.assertFields(record);
    return this.access.write((table) => {
      const number = table.next();
      const row = this.#initialRow(record, number);
      if (this.#takenBy(table, number, row)) return null;
      table.put(number, row);
      return this.#recordOf(row);
    });
  }

  async select({ where, sorting, limit, after, offset = 0 }: Selection): Promise<Entity[]> {
    for (const { field } of sorting) this.columns.ordered(field);
    const wanted = this.#stored(where);
    const bound = after?.map((value, index) =>
      storedValue(this.columns.column(sorting[index]?.field ?? ''), value),
    );
    return this.access.read((table) =>
      this.#matching(table, wanted)
        .map(([, row]) => row)
        .filter((row) => !bound || place(row, bound, sorting) > 0)
        .sort(compareRows(sorting))
        .slice(offset, offset + limit)
        .map((row) => this.#recordOf(row)),
    );
  }

  async count(where: readonly Condition[]): Promise<number> {
    const wanted = this.#stored(where);
    return this.access.read((table) => this.#matching(table, wanted).length);
  }

  async change(changes: Partial<Entity>, where: readonly Condition[]): Promise<number> {
    const changed = new Map(this.columns.changed(changes));
    const wanted = this.#stored(where);
    return this.access.write((table) => {
      const found = this.#matching(table, wanted);
      for (const [number, row] of found) {
        const next = { ...row, ...this.#changedBy(row, changed) };
        this.#refuseEmpty(next);
        this.#refuseTaken(table, number, next);
        table.put(number, next);
      }
      return found.length;
    });
  }

  async remove(where: readonly Condition[]): Promise<number> {
    const wanted = this.#stored(where);
    return this.access.write((table) => {
      const found = this.#matching(table, wanted);
      for (const [number] of found) table.put(number, undefined);
      return found.length;
    });
  }

  /** Rows that fulfil all conditions; by an index where they name the whole of a unique constraint. */
  #matching(table: TableView, where: readonly Condition[]): (readonly [number, Row])[] {
    const equal: Row = Object.fromEntries(
      where.flatMap(({ field, operator, value }) => (operator === 'eq' ? [[field, value]] : [])),
    );
    const index = table.table.uniques.findIndex((unique) =>
      unique.every(({ propertyPath }) => propertyPath in equal),
    );
    const deleted = this.columns.metadata.deleteDateColumn?.propertyPath;
    const fits = (row: Row) => matches(row, where) && (!deleted || (row[deleted] ?? null) === null);
    if (index < 0) return [...table.rows()].filter(([, row]) => fits(row));
    const number = table.holder(index, equal);
    const row = number === undefined ? undefined : table.row(number);
    return number !== undefined && row && fits(row) ? [[number, row]] : [];
  }

  #stored(where: readonly Condition[]): Condition[] {
    return where.map((condition): Condition => {
      const column = this.columns.column(condition.field);
      switch (condition.operator) {
        case 'isNull':
        case 'contains':
        case 'startsWith':
          return condition;
        case 'in':
          return { ...condition, value: condition.value.map((value) => storedValue(column, value)) };
        case 'eq':
        case 'ne':
        case 'gt':
        case 'gte':
        case 'lt':
        case 'lte':
          return { ...condition, value: storedValue(column, condition.value) };
      }
    });
  }

  #initialRow(record: Entity, number: number): Row {
    const { metadata, inserted } = this.columns;
    const row = Object.fromEntries(
      metadata.columns.map((column) => {
        const given = inserted.includes(column) ? this.columns.initialValue(column, record) : undefined;
        const value = given === undefined ? defaultValue(column, number) : storedValue(column, given);
        return [column.propertyPath, value ?? null];
      }),
    );
    this.#refuseEmpty(row);
    return row;
  }

  #changedBy(row: Row, changed: ReadonlyMap<ColumnMetadata, unknown>): Row {
    const { versionColumn: version, updateDateColumn: updated } = this.columns.metadata;
    return {
      ...(version && { [version.propertyPath]: Number(row[version.propertyPath]) + 1 }),
      ...(updated && { [updated.propertyPath]: new Date() }),
      ...Object.fromEntries(
        [...changed].map(([column, value]) => [column.propertyPath, storedValue(column, value)]),
      ),
    };
  }

  #recordOf(row: Row): Entity {
    const record = this.columns.metadata.create(undefined, { fromDeserializer: true }) as Entity;
    for (const column of this.columns.read)
      column.setEntityValue(record, readValue(column, row[column.propertyPath]));
    return record;
  }

  #refuseEmpty(row: Row): void {
    const empty = this.columns.metadata.columns.find(
      ({ isNullable, propertyPath }) => !isNullable && (row[propertyPath] ?? null) === null,
    );
    if (empty) throw new IntegrityError(this.resource, { constraint: this.#constraint([empty]) });
  }

  #refuseTaken(table: TableView, number: number, row: Row): void {
    const taken = this.#takenBy(table, number, row);
    if (taken) throw new AlreadyExistsError(this.resource, { constraint: this.#constraint(taken) });
  }

  /** The unique constraint that another row already fulfils. */
  #takenBy(table: TableView, number: number, row: Row): readonly ColumnMetadata[] | undefined {
    return table.table.uniques.find((_, index) => {
      const holder = table.holder(index, row);
      return holder !== undefined && holder !== number;
    });
  }

  #constraint(columns: readonly ColumnMetadata[]): string {
    return `${this.resource}.${columns.map(({ propertyPath }) => propertyPath).join('+')}`;
  }
}
