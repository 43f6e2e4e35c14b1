import type { Condition, FieldCondition } from '../condition.js';
import { fitCondition } from '../fitted-condition.js';
import { SqlColumn } from './sql-column.js';
import { compared, oneOf, ordered } from './sql-text.js';
import type { SqlText } from './sql-text.js';
import { sqlTextMatch } from './sql-text-search.js';

/** Conditions as SQL, with the same meaning on SQLite and PostgreSQL. */
export function sqlConditions(where: readonly Condition[], text: SqlText): string[] {
  return where.map((condition) => sqlCondition(condition, text));
}

function sqlCondition(condition: Condition, text: SqlText): string {
  if (condition.operator === 'or') {
    const alternatives = condition.value.map((alternative) => sqlAll(alternative, text));
    return alternatives.length ? `(${alternatives.join(' OR ')})` : 'FALSE';
  }
  // NOT would leave out what compares an empty field, which is neither true nor false.
  if (condition.operator === 'not') return `${sqlAll(condition.value, text)} IS NOT TRUE`;
  return sqlFieldCondition(condition, text);
}

const sqlAll = (where: readonly Condition[], text: SqlText) =>
  `(${sqlConditions(where, text).join(' AND ')})`;

function sqlFieldCondition(requested: FieldCondition, text: SqlText): string {
  const column = SqlColumn.of(text.fields.column(requested.field));
  const condition = fitCondition(requested, column);
  const { name } = column;
  const bounds = 'value' in condition ? text.storage.bounds(column, condition.value) : [null, null];
  const [min, greatest] = bounds.map((raw) => () => compared(text, column, raw)) as [
    () => string,
    () => string,
  ];
  const isRange = bounds[0] !== bounds[1];
  switch (condition.operator) {
    case 'always':
      return 'TRUE';
    case 'never':
      return 'FALSE';
    case 'isNull':
      return `${name} IS NULL`;
    case 'isNotNull':
      return `${name} IS NOT NULL`;
    case 'eq':
      return isRange ? `${name} BETWEEN ${min()} AND ${greatest()}` : `${name} = ${min()}`;
    case 'ne':
      return isRange
        ? `(${name} IS NULL OR ${name} NOT BETWEEN ${min()} AND ${greatest()})`
        : `${name} IS DISTINCT FROM ${min()}`;
    case 'gt':
      return `${ordered(text, column)} > ${greatest()}`;
    case 'gte':
      return `${ordered(text, column)} >= ${min()}`;
    case 'lt':
      return `${ordered(text, column)} < ${min()}`;
    case 'lte':
      return `${ordered(text, column)} <= ${greatest()}`;
    case 'in':
      return condition.withEmpty
        ? `(${name} IS NULL OR ${oneOf(text, column, condition.values)})`
        : oneOf(text, column, condition.values);
    case 'matches':
      return sqlTextMatch(column, condition, text);
  }
}
