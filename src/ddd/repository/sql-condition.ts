import type { EntityMetadata } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import type { Condition } from './condition.js';
import type { SqlText } from './sql-text.js';

/** Conditions as SQL, with the same meaning on SQLite and PostgreSQL. */
export function sqlConditions(where: readonly Condition[], text: SqlText): string[] {
  return where.map((condition) => sqlCondition(condition, text));
}

const comparisons = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function sqlCondition(condition: Condition, text: SqlText): string {
  const column = columnOf(text.metadata, condition.field);
  const name = text.name(column);
  switch (condition.operator) {
    case 'isNull':
      return `${name} IS ${condition.value ? '' : 'NOT '}NULL`;
    case 'eq':
      return `${name} = ${text.value(column, condition.value)}`;
    case 'ne':
      return `${name} IS DISTINCT FROM ${text.value(column, condition.value)}`;
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return `${text.ordered(column)} ${comparisons[condition.operator]} ${text.value(column, condition.value)}`;
    case 'in':
      return text.isPostgres
        ? `${name} = ANY(${text.values(column, condition.value)})`
        : `${name} IN (SELECT value FROM json_each(${text.values(column, condition.value)}))`;
    case 'contains':
      return text.isPostgres
        ? `${name} LIKE ${text.parameter(`%${escapeLike(condition.value)}%`)}`
        : `instr(${name}, ${text.parameter(condition.value)}) > 0`;
    case 'startsWith':
      // SQLite's LIKE knows no case; its GLOB does, and both ours and PostgreSQL's LIKE may use an index.
      return text.isPostgres
        ? `${name} LIKE ${text.parameter(`${escapeLike(condition.value)}%`)}`
        : `${name} GLOB ${text.parameter(`${escapeGlob(condition.value)}*`)}`;
  }
}

/** @throws TypeError when the entity has no such column */
export function columnOf(metadata: EntityMetadata, field: string): ColumnMetadata {
  const column = metadata.findColumnWithPropertyName(field);
  if (!column)
    throw new TypeError(
      `${metadata.name} has no column ${field}: use ${metadata.columns.map(({ propertyName }) => propertyName).join(', ')}`,
    );
  return column;
}

const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&');
const escapeGlob = (text: string) => text.replace(/[*?[]/g, '[$&]');
