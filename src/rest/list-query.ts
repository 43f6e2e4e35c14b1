import type { Operator } from '../ddd/repository/index.js';
import { HttpError } from '../http/errors/http.error.js';
import type { QueryCapabilities } from './rest-options.js';
import { FieldErrorCollector } from './field-error-collector.js';
import { typeDescription, operatorsOf, parameterName, readAs } from './parameter.js';
import { readQuery } from './query-string.js';

type FilterQuery = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What a query requests of a list. */
export interface ListQuery {
  readonly filter: FilterQuery;
  readonly order: Readonly<Record<string, 'asc' | 'desc'>>;
  readonly size: number;
  /** Number of the page, when pages are requested by number. */
  readonly page?: number;
  readonly after: string | null;
}

/** Maximum number of values of one parameter. */
const maxValues = 100;
export const controls = ['order', 'size', 'page', 'after'] as const;

/** @throws InvalidFieldsError naming every parameter that is unknown or cannot be read */
export function readListQuery(target: string, capabilities: QueryCapabilities): ListQuery {
  const query = readQuery(target) ?? new URLSearchParams();
  const errors = new FieldErrorCollector();
  const filter = readFilter(query, capabilities, errors, controls);
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
  const filter = readFilter(query, capabilities, errors, []);
  for (const [name, value] of query)
    if (value === '' && !Object.hasOwn(capabilities.filters, name) && !name.endsWith('[in]'))
      errors.add(name, 'empty', 'Must not be empty where records are deleted');
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

function readFilter(
  query: URLSearchParams,
  { filters }: QueryCapabilities,
  errors: FieldErrorCollector,
  others: readonly string[],
): FilterQuery {
  const known = new Map(
    Object.entries(filters).flatMap(([field, kind]) =>
      operatorsOf[kind].map(
        (operator) => [parameterName(field, operator), { field, kind, operator }] as const,
      ),
    ),
  );
  const filter = new Map<string, Record<string, unknown>>();
  for (const name of new Set(query.keys())) {
    const parameter = known.get(name);
    if (!parameter) {
      if (!others.includes(name))
        errors.add(name, 'unknown', unknownParameter([...Object.keys(filters), ...others]));
      else if (query.getAll(name).length > 1) errors.add(name, 'repeated', 'Must be given once');
      continue;
    }
    const { field, kind, operator } = parameter;
    const texts = query.getAll(name);
    const values = texts.map((text) => readAs(operator === 'isNull' ? 'boolean' : kind, text));
    if (texts.length > (operator === 'in' ? maxValues : 1)) errors.add(name, 'repeated', max(operator));
    else if (values.includes(undefined))
      errors.add(name, kind, typeDescription[operator === 'isNull' ? 'boolean' : kind]);
    else filter.set(field, { ...filter.get(field), [operator]: operator === 'in' ? values : values[0] });
  }
  return Object.fromEntries(filter);
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
export const unknownParameter = (names: readonly string[]) =>
  names.length
    ? `Unknown parameter: the known ones are ${names.join(', ')}`
    : 'Unknown parameter: there are no parameters';
const max = (operator: Operator) =>
  operator === 'in' ? `Must be given at most ${maxValues} times` : 'Must be given once';
