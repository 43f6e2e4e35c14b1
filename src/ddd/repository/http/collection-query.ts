import { types } from 'node:util';
import type { Condition } from '../condition.js';
import type { Sorting } from '../sorting.js';

/** Maximum number of values for `in` in one query. */
const maxValues = 100;

/** Whether the filter can match nothing, so that no request is needed: a query would omit an empty list. */
export const isImpossible = (where: readonly Condition[]): boolean =>
  where.some(({ operator, value }) => operator === 'in' && value.length === 0);

/** Conditions as query parameters: `price[gte]=10`, `sku[in]=a&sku[in]=b`, and `price=10` for equality. */
export function conditionQuery(where: readonly Condition[]): URLSearchParams {
  const query = new URLSearchParams();
  for (const { field, operator, value } of where) {
    const name = operator === 'eq' ? field : `${field}[${operator}]`;
    const values = operator === 'in' ? value : [value];
    if (values.length > maxValues)
      throw new RangeError(
        `The filter field ${field} is compared with ${values.length} values: over HTTP ask for at most ${maxValues} at once`,
      );
    for (const one of values) query.append(name, types.isDate(one) ? one.toISOString() : String(one));
  }
  return query;
}

/** An order as a query parameter: `-price,name`. */
export function orderQuery(sorting: readonly Sorting[]): Record<string, string> {
  if (!sorting.length) return {};
  const order = sorting.map(({ field, direction }) => (direction === 'desc' ? `-${field}` : field));
  return { order: order.join(',') };
}
