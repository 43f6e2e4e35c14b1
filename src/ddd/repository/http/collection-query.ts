import { types } from 'node:util';
import type { Condition, FieldCondition } from '../condition.js';
import type { Sorting } from '../sorting.js';

/** Maximum number of values for `in` in one query. */
const maxValues = 100;

/**
 * The conditions that a query can express: without those that every record fulfills. Null when no record can match, so
 * that no request is needed: a query would omit an empty list.
 */
export function possibleConditions(where: readonly Condition[]): readonly Condition[] | null {
  const simplified = where.map(simplify);
  return simplified.includes('never') ? null : simplified.filter((one) => typeof one === 'object');
}

function simplify(condition: Condition): Condition | 'always' | 'never' {
  if (condition.operator === 'in') return condition.value.length ? condition : 'never';
  if (condition.operator === 'not') {
    const value = possibleConditions(condition.value);
    if (!value) return 'always';
    return value.length ? { ...condition, value } : 'never';
  }
  if (condition.operator !== 'or') return condition;
  const value = condition.value.map(possibleConditions).filter((one) => one !== null);
  if (!value.length) return 'never';
  return value.every((one) => one.length) ? { ...condition, value } : 'always';
}

/**
 * Conditions as query parameters: `price[gte]=10`, `sku[in]=a&sku[in]=b`, `price=10` for equality, and
 * `or[0][price][gte]=10&or[1][sku]=a` and `not[sku]=a` for nested ones.
 */
export function conditionQuery(where: readonly Condition[]): URLSearchParams {
  const query = new URLSearchParams();
  appendAll(query, where, (name) => name);
  return query;
}

type Nest = (name: string) => string;

function appendAll(query: URLSearchParams, where: readonly Condition[], nest: Nest): void {
  for (const condition of where) {
    if (condition.operator === 'not') appendAll(query, condition.value, within(nest('not')));
    else if (condition.operator === 'or')
      for (const [index, alternative] of condition.value.entries())
        appendAll(query, alternative, within(`${nest('or')}[${index}]`));
    else append(query, condition, nest);
  }
}

const within =
  (group: string): Nest =>
  (name) =>
    `${group}[${name}]`;

function append(query: URLSearchParams, { field, operator, value }: FieldCondition, nest: Nest): void {
  const name = operator === 'eq' ? nest(field) : `${nest(field)}[${operator}]`;
  const values = operator === 'in' ? value : [value];
  if (values.length > maxValues)
    throw new RangeError(
      `The filter field ${field} is compared with ${values.length} values: over HTTP ask for at most ${maxValues} at once`,
    );
  for (const one of values) query.append(name, types.isDate(one) ? one.toISOString() : String(one));
}

/** An order as a query parameter: `-price,name`. */
export function orderQuery(sorting: readonly Sorting[]): Record<string, string> {
  if (!sorting.length) return {};
  const order = sorting.map(({ field, direction }) => (direction === 'desc' ? `-${field}` : field));
  return { order: order.join(',') };
}
