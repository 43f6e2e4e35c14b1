import type { Operator } from '../ddd/repository/condition.js';
import type { FieldFault } from '../http/envelope.js';
import { InvalidFieldsError } from '../http/validation/invalid-fields.error.js';
import type { Askable } from './declaration.js';
import { asked, operatorsOf, parameterName, readAs } from './parameter.js';

/** What a query asks of a list. */
export interface ListQuery {
  readonly filter: Record<string, Record<string, unknown>>;
  readonly order: Record<string, 'asc' | 'desc'>;
  readonly size: number;
  /** Number of the page, when it is asked for by number. */
  readonly page?: number;
  readonly after: string | null;
}

/** Values that one parameter may have. */
const mostValues = 100;
export const controls = ['order', 'size', 'page', 'after'] as const;

/** @throws InvalidFieldsError telling every parameter that is unknown or cannot be read */
export function readListQuery(query: URLSearchParams, askable: Askable): ListQuery {
  const faults = new Faults();
  const filter = readFilter(query, askable, faults, controls);
  const order = readOrder(query.get('order'), askable, faults);
  const size = readNumber('size', query, faults) ?? askable.largestPage;
  const page = readNumber('page', query, faults);
  const after = query.get('after');
  if (page !== undefined && after !== null)
    faults.add('after', 'either', 'Must not be given together with page');
  faults.refuse();
  return {
    filter,
    order,
    size: Math.min(size, askable.largestPage),
    after,
    ...(page !== undefined && { page }),
  };
}

/** @throws InvalidFieldsError telling every parameter that is unknown or cannot be read */
export function readFilterQuery(query: URLSearchParams, askable: Askable): ListQuery['filter'] {
  const faults = new Faults();
  const filter = readFilter(query, askable, faults, []);
  faults.refuse();
  return filter;
}

function readFilter(
  query: URLSearchParams,
  { filters }: Askable,
  faults: Faults,
  others: readonly string[],
): ListQuery['filter'] {
  const known = new Map(
    Object.entries(filters).flatMap(([field, kind]) =>
      operatorsOf[kind].map(
        (operator) => [parameterName(field, operator), { field, kind, operator }] as const,
      ),
    ),
  );
  const filter: ListQuery['filter'] = {};
  for (const name of new Set(query.keys())) {
    const parameter = known.get(name);
    if (!parameter) {
      if (!others.includes(name)) faults.add(name, 'unknown', unknown([...Object.keys(filters), ...others]));
      else if (query.getAll(name).length > 1) faults.add(name, 'repeated', 'Must be given once');
      continue;
    }
    const { field, kind, operator } = parameter;
    const texts = query.getAll(name);
    const values = texts.map((text) => readAs(operator === 'isNull' ? 'boolean' : kind, text));
    if (texts.length > (operator === 'in' ? mostValues : 1)) faults.add(name, 'repeated', most(operator));
    else if (values.includes(undefined))
      faults.add(name, kind, asked[operator === 'isNull' ? 'boolean' : kind]);
    else filter[field] = { ...filter[field], [operator]: operator === 'in' ? values : values[0] };
  }
  return filter;
}

function readOrder(text: string | null, { orders }: Askable, faults: Faults): ListQuery['order'] {
  const names = text === null ? [] : text.split(',');
  const fields = names.map((name) => name.replace(/^-/, ''));
  if (fields.some((field) => !orders.includes(field)) || new Set(fields).size < fields.length)
    faults.add(
      'order',
      'unknown',
      `Must be of ${orders.join(', ')}, each once; a minus before a name goes down`,
    );
  return Object.fromEntries(
    fields.map((field, index) => [field, names[index]?.startsWith('-') ? 'desc' : 'asc']),
  );
}

function readNumber(name: 'size' | 'page', query: URLSearchParams, faults: Faults): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  faults.add(name, 'integer', 'Must be a whole number from 1');
  return undefined;
}

const unknown = (names: readonly string[]) =>
  names.length ? `Unknown parameter: there are ${names.join(', ')}` : 'Unknown parameter: there are none';
const most = (operator: Operator) =>
  operator === 'in' ? `Must be given at most ${mostValues} times` : 'Must be given once';

/** Gathers what is wrong, to tell it all at once. */
class Faults {
  readonly #faults: Record<string, FieldFault> = {};

  add(name: string, type: string, msg: string): void {
    this.#faults[name] ??= { type, loc: [name], msg };
  }

  refuse(): void {
    if (Object.keys(this.#faults).length) throw new InvalidFieldsError(this.#faults);
  }
}
