import type { Condition } from './condition.js';
import type { SqlText } from './sql-text.js';

/** Conditions as SQL, with the same meaning on SQLite and PostgreSQL. */
export function sqlConditions(where: readonly Condition[], text: SqlText): string[] {
  return where.map((condition) => sqlCondition(condition, text));
}

const comparisons = { gt: '>', gte: '>=', lt: '<', lte: '<=' } as const;

function sqlCondition(condition: Condition, text: SqlText): string {
  const column = text.fields.column(condition.field);
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

const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&');
const escapeGlob = (text: string) => text.replace(/[*?[]/g, '[$&]');
