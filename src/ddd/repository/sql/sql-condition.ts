import type { Condition } from '../condition.js';
import { fitCondition } from '../fitted-condition.js';
import { SqlColumn } from './sql-column.js';
import { compared, oneOf, ordered, parameter } from './sql-text.js';
import type { SqlText } from './sql-text.js';

/** Conditions as SQL, with the same meaning on SQLite and PostgreSQL. */
export function sqlConditions(where: readonly Condition[], text: SqlText): string[] {
  return where.map((condition) => sqlCondition(condition, text));
}

/** SQLite takes a pattern of at most 50,000 bytes. (https://sqlite.org/limits.html) */
const maxPatternLength = 10_000;

function sqlCondition(requested: Condition, text: SqlText): string {
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
    case 'contains':
      return text.isPostgres
        ? `${name} LIKE ${parameter(text, `%${escapeLike(condition.text)}%`)}`
        : `instr(${name}, ${parameter(text, condition.text)}) > 0`;
    case 'startsWith':
      return startsWith(name, condition.text, text);
  }
}

/** SQLite's LIKE ignores case. Its GLOB does not, and both GLOB and PostgreSQL's LIKE may use an index. */
function startsWith(name: string, beginning: string, text: SqlText): string {
  if (text.isPostgres) return `${name} LIKE ${parameter(text, `${escapeLike(beginning)}%`)}`;
  if (beginning.length <= maxPatternLength)
    return `${name} GLOB ${parameter(text, `${escapeGlob(beginning)}*`)}`;
  return `instr(${name}, ${parameter(text, beginning)}) = 1`;
}

const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&');
const escapeGlob = (text: string) => text.replace(/[*?[]/g, '[$&]');
