import type { ObjectLiteral } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type {
  Condition,
  EntityColumns,
  PlacedRecords,
  Records,
  Selection,
} from '../../src/ddd/repository/index.js';
import {
  fitCondition,
  AlreadyExistsError,
  IntegrityError,
  orderedColumn,
  SqlColumn,
} from '../../src/ddd/repository/index.js';
import { compareRows, matches, place } from './comparison.js';
import type { RowCondition } from './comparison.js';
import { defaultValue, storedMoment } from './default-value.js';
import type { Row, TableView } from './in-memory-table.js';
import { carried, placed } from './place.js';

/** Reads and writes a table: in a unit of work, or with a commit each time. */
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
    const given = records.map((record) => this.#given(record));
    return this.access.write((table) =>
      given.map((values) => {
        const number = table.next();
        const row = this.#initialRow(values, number);
        this.#refuseTaken(table, number, row);
        table.put(number, row);
        return this.#recordOf(row);
      }),
    );
  }

  async insertUnlessExists(record: Entity): Promise<Entity | null> {
    const given = this.#given(record);
    return this.access.write((table) => {
      const number = table.next();
      const row = this.#initialRow(given, number);
      if (this.#takenBy(table, number, row)) return null;
      table.put(number, row);
      return this.#recordOf(row);
    });
  }

  async select(selection: Selection): Promise<Entity[]> {
    const rows = await this.#rows(selection);
    return rows.map((row) => this.#recordOf(row));
  }

  async page(selection: Selection): Promise<PlacedRecords<Entity>> {
    const { sorting, limit } = selection;
    const found = await this.#rows({ ...selection, limit: limit + 1 });
    const rows = found.slice(0, limit);
    const last = found.length > limit ? rows.at(-1) : undefined;
    return {
      records: rows.map((row) => this.#recordOf(row)),
      next: last ? sorting.map(({ field }) => carried(last[field] ?? null)) : null,
    };
  }

  async #rows({ where, sorting, limit, after, offset = 0 }: Selection): Promise<Row[]> {
    const wanted = this.#fitted(where);
    const order = sorting.map(({ field, direction }) => ({
      column: orderedColumn(this.columns, field),
      isAscending: direction === 'asc',
    }));
    const bound = after && placed(after, order, this.resource);
    return this.access.read((table) =>
      this.#matching(table, wanted)
        .map(([, row]) => row)
        .filter((row) => !bound || place(row, bound, order) > 0)
        .sort(compareRows(order))
        .slice(offset, offset + limit),
    );
  }

  async count(where: readonly Condition[]): Promise<number> {
    const wanted = this.#fitted(where);
    return this.access.read((table) => this.#matching(table, wanted).length);
  }

  async change(changes: Partial<Entity>, where: readonly Condition[]): Promise<number> {
    const changed = this.#stored(this.columns.changed(changes));
    const wanted = this.#fitted(where);
    return this.access.write((table) => {
      const found = this.#matching(table, wanted);
      for (const [number, row] of found) {
        const next = { ...row, ...this.#datedNow(row), ...changed };
        this.#refuseEmpty(next, Infinity);
        this.#refuseTaken(table, number, next);
        table.put(number, next);
      }
      return found.length;
    });
  }

  async remove(where: readonly Condition[]): Promise<number> {
    const wanted = this.#fitted(where);
    return this.access.write((table) => {
      const found = this.#matching(table, wanted);
      for (const [number] of found) table.put(number, undefined);
      return found.length;
    });
  }

  /** Rows that fulfill all conditions; by an index where they name all columns of a unique constraint. */
  #matching(table: TableView, where: readonly RowCondition[]): (readonly [number, Row])[] {
    const equal: Row = Object.fromEntries(
      where.flatMap((one) =>
        'column' in one && one.condition.operator === 'eq' ? [[one.column.field, one.condition.value]] : [],
      ),
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

  #fitted(where: readonly Condition[]): RowCondition[] {
    return where.map((requested): RowCondition => {
      if (requested.operator === 'or')
        return { or: requested.value.map((alternative) => this.#fitted(alternative)) };
      if (requested.operator === 'not') return { not: this.#fitted(requested.value) };
      const column = SqlColumn.of(this.columns.column(requested.field));
      return { column, condition: fitCondition(requested, column) };
    });
  }

  /** The values that a new record sets itself. */
  #given(record: Entity): Row {
    this.columns.assertFields(record);
    return this.#stored(
      this.columns.inserted.map((column) => [column, this.columns.initialValue(column, record)] as const),
    );
  }

  #stored(values: readonly (readonly [ColumnMetadata, unknown])[]): Row {
    return Object.fromEntries(
      values
        .filter(([, value]) => value !== undefined)
        .map(([column, value]) => [column.propertyPath, SqlColumn.of(column).store(value)]),
    );
  }

  #initialRow(given: Row, number: number): Row {
    const row = Object.fromEntries(
      this.columns.metadata.columns.map((column) => {
        const value = given[column.propertyPath];
        return [column.propertyPath, value === undefined ? defaultValue(column, number) : value];
      }),
    );
    this.#refuseEmpty(row);
    return row;
  }

  /** The columns that change with every update of a row. */
  #datedNow(row: Row): Row {
    const { versionColumn: version, updateDateColumn: updated } = this.columns.metadata;
    return {
      ...(version && { [version.propertyPath]: Number(row[version.propertyPath]) + 1 }),
      ...(updated && { [updated.propertyPath]: storedMoment(new Date(), SqlColumn.of(updated)) }),
    };
  }

  #recordOf(row: Row): Entity {
    const record = this.columns.metadata.create(undefined, { fromDeserializer: true }) as Entity;
    for (const column of this.columns.read)
      column.setEntityValue(record, SqlColumn.of(column).read(row[column.propertyPath] ?? null));
    return record;
  }

  /** @param max number of fields to name: of the fields that a new record lacks, a database names the first */
  #refuseEmpty(row: Row, max = 1): void {
    const empty = this.columns.metadata.columns.filter(
      ({ isNullable, propertyPath }) => !isNullable && (row[propertyPath] ?? null) === null,
    );
    if (empty.length)
      throw new IntegrityError(this.resource, { constraint: this.#constraint(empty.slice(0, max)) });
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
