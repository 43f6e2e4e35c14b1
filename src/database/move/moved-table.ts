import type { DataSource, EntityMetadata } from 'typeorm';
import { LimitCount } from '../../ddd/limit/index.js';
import { OutboxConsumer, OutboxMessage } from '../../ddd/outbox/index.js';
import { SigningKey } from '../../modules/session/index.js';
import { sortByReference } from '../schema/reference-order.js';
import { MoveError } from './move.errors.js';
import { movedColumn } from './moved-column.js';
import type { MovedColumn, Value } from './moved-column.js';
import type { TextRow } from './table-digest.js';
import { releasedColumn } from './released-column.js';

/** A table that moves, as the entities describe it. */
export interface MovedTable {
  readonly name: string;
  readonly columns: readonly MovedColumn[];
  /** The column that identifies a row by itself, if one does. */
  readonly key: MovedColumn | undefined;
  /** The column that the database numbers by itself, if any. */
  readonly numbered: string | undefined;
  /** A row as a database returned it, its values named v0, v1 and so on, as comparable text. */
  text(row: Readonly<Record<string, unknown>>): TextRow;
}

/**
 * Tables that are not moved: the registered consumers, because processes may have registered in the target already;
 * the keys that sign access tokens and the counts of limits, which are encrypted or hashed with a secret of the source.
 * New keys are generated when they are needed, and clients exchange the refresh tokens that they have for new access
 * tokens.
 */
const leftBehind: readonly unknown[] = [OutboxConsumer, SigningKey, LimitCount];

/** Every table of the entities that moves, referenced tables first. */
export function movedTables(target: DataSource): MovedTable[] {
  const metadatas = target.entityMetadatas.filter((metadata) => !leftBehind.includes(metadata.target));
  const { sorted, cyclic } = sortByReference(metadatas);
  if (cyclic.length) {
    const names = cyclic.map(({ tableName }) => tableName).join(', ');
    throw new MoveError('--to', `has tables that refer to each other in a circle: ${names}`);
  }
  return sorted.map((metadata) => movedTable(metadata, target));
}

function movedTable(metadata: EntityMetadata, target: DataSource): MovedTable {
  const columns = metadata.columns
    .filter(({ isVirtual, generatedType }) => !isVirtual && !generatedType)
    .map((column) => movedColumn(column, target))
    .map((column) =>
      metadata.target === OutboxMessage
        ? { ...column, fromSqlite: releasedColumn(column.field, column.fromSqlite) }
        : column,
    );
  return {
    name: metadata.tableName,
    columns,
    key:
      metadata.primaryColumns.length === 1
        ? columns.find(({ name }) => name === metadata.primaryColumns[0]?.databaseName)
        : undefined,
    numbered: metadata.columns.find(({ generationStrategy }) => generationStrategy === 'increment')
      ?.databaseName,
    text: (row) => columns.map((column, index) => column.text(row[`v${index}`] as Value)),
  };
}
