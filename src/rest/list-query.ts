import { HttpError } from '../http/errors/http.error.js';
import type { QueryCapabilities } from './rest-options.js';
import { FieldErrorCollector } from './field-error-collector.js';
import { readFilter, unknownParameter } from './filter-query.js';
import type { FilterQuery } from './filter-query.js';
import { readQuery } from './query-string.js';

/** What a query requests of a list. */
export interface ListQuery {
  readonly filter: FilterQuery;
  readonly order: Readonly<Record<string, 'asc' | 'desc'>>;
  readonly size: number;
  /** Number of the page, when pages are requested by number. */
  readonly page?: number;
  readonly after: string | null;
}

export const controls = ['order', 'size', 'page', 'after'] as const;

/** @throws InvalidFieldsError naming every parameter that is unknown or cannot be read */
export function readListQuery(target: string, capabilities: QueryCapabilities): ListQuery {
  const query = readQuery(target) ?? new URLSearchParams();
  const errors = new FieldErrorCollector();
  const filter = readFilter(query, capabilities, errors, { others: controls });
  const order = readOrder(query.get('order'), capabilities, errors);
  const size = readNumber('size', query, errors, capabilities.maxPageSize) ?? capabilities.maxPageSize;
  const page = readNumber('page', query, errors);
  const after = query.get('after');
  if (page !== undefined && after !== null)
    errors.add('after', 'either', 'Must not be given together with page');
  errors.refuse();
  return { filter, order, size, after, ...(page !== undefined && { page }) };
}

/**
 * The filter of a removal. No query at all stands for every record; an empty one does not.
 * @throws InvalidFieldsError naming every parameter that is unknown, cannot be read, or would match everything
 */
export function readDropQuery(target: string, capabilities: QueryCapabilities): FilterQuery {
  const query = readQuery(target);
  if (!query) return {};
  const errors = new FieldErrorCollector();
  const filter = readFilter(query, capabilities, errors, { others: [], mustNarrow: true });
  errors.refuse();
  if (!query.size)
    throw new HttpError(400, 'The query is empty: give a filter, or leave the ? out to delete all');
  return filter;
}

/** @throws InvalidFieldsError naming every parameter, on a route that has none */
export function refuseQuery(target: string): void {
  const errors = new FieldErrorCollector();
  for (const name of readQuery(target)?.keys() ?? []) errors.add(name, 'unknown', unknownParameter([]));
  errors.refuse();
}

function readOrder(
  text: string | null,
  { orders }: QueryCapabilities,
  errors: FieldErrorCollector,
): ListQuery['order'] {
  const names = text === null ? [] : text.split(',');
  const fields = names.map((name) => name.replace(/^-/, ''));
  if (fields.some((field) => !orders.includes(field)) || new Set(fields).size < fields.length)
    errors.add('order', 'unknown', orderRule(orders));
  return Object.fromEntries(
    fields.map((field, index) => [field, names[index]?.startsWith('-') ? 'desc' : 'asc']),
  );
}

function readNumber(
  name: 'size' | 'page',
  query: URLSearchParams,
  errors: FieldErrorCollector,
  max?: number,
): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const number = /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
  if (number === undefined || number > (max ?? number))
    errors.add(name, 'integer', `Must be a whole number from 1${max === undefined ? '' : ` to ${max}`}`);
  return number;
}

/** The rule for an order. */
export const orderRule = (orders: readonly string[]): string =>
  `Must be of ${orders.join(', ')}, each once; a leading minus sorts in descending order`;
