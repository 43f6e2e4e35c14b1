import { maxFilterDepth, maxNestedConditions } from '../ddd/repository/index.js';
import type { Operator } from '../ddd/repository/index.js';
import type { QueryCapabilities } from './rest-options.js';
import type { FieldErrorCollector } from './field-error-collector.js';
import { parseFilterName } from './filter-name.js';
import type { FilterName } from './filter-name.js';
import { operatorsOf, readAs, typeDescription } from './parameter.js';

export interface FilterQuery {
  readonly [field: string]: unknown;
}

/** Maximum number of values of one parameter. */
const maxValues = 100;

/**
 * The filter in the parameters of a query.
 * @param others the names of the other parameters
 * @param mustNarrow refuses an empty text, which every record would match
 */
export function readFilter(
  query: URLSearchParams,
  { filters }: QueryCapabilities,
  errors: FieldErrorCollector,
  { others, mustNarrow = false }: { readonly others: readonly string[]; readonly mustNarrow?: boolean },
): FilterQuery {
  const filter = new FilterNode();
  let nested = 0;
  for (const name of new Set(query.keys())) {
    const parsed = parseFilterName(name);
    const kind = parsed && Object.hasOwn(filters, parsed.field) ? filters[parsed.field] : undefined;
    if (!parsed || !kind || !operatorsOf[kind].includes(parsed.operator)) {
      if (!others.includes(name))
        errors.add(name, 'unknown', unknownParameter([...Object.keys(filters), ...others]));
      else if (query.getAll(name).length > 1) errors.add(name, 'repeated', 'Must be given once');
      continue;
    }
    const { operator, groups } = parsed;
    if (groups.length > maxFilterDepth)
      errors.add(name, 'too_deep', `Must be nested at most ${maxFilterDepth} deep`);
    if (groups.length && ++nested > maxNestedConditions)
      errors.add(name, 'too_many', `Must be one of at most ${maxNestedConditions} under or and not`);
    const type = operator === 'isNull' ? 'boolean' : kind;
    const texts = query.getAll(name);
    const values = texts.map((text) => readAs(type, text));
    if (texts.length > (operator === 'in' ? maxValues : 1)) errors.add(name, 'repeated', maxTimes(operator));
    else if (values.includes(undefined)) errors.add(name, kind, typeDescription[type]);
    else if (mustNarrow && texts.includes('') && !narrowsWhenEmpty(parsed))
      errors.add(name, 'empty', 'Must not be empty where records are deleted');
    else filter.add(parsed, operator === 'in' ? values : values[0]);
  }
  return filter.toFilter();
}

/** Whether an empty text matches only records whose field is empty too, and not every other. */
const narrowsWhenEmpty = ({ groups, operator }: FilterName) =>
  ['eq', 'in', 'eqIgnoreCase'].includes(operator) && !groups.includes('not');

/** A filter while its parameters are read, in whatever order they come. */
class FilterNode {
  /** Maps, because names come from outside. */
  readonly #fields = new Map<string, Record<string, unknown>>();
  readonly #alternatives = new Map<number, FilterNode>();
  #not: FilterNode | undefined;

  add({ groups, field, operator }: FilterName, value: unknown): void {
    const node = groups.reduce<FilterNode>((inner, group) => inner.#nested(group), this);
    node.#fields.set(field, { ...node.#fields.get(field), [operator]: value });
  }

  toFilter(): FilterQuery {
    const or = [...this.#alternatives]
      .sort(([one], [other]) => one - other)
      .map(([, node]) => node.toFilter());
    return {
      ...Object.fromEntries(this.#fields),
      ...(or.length && { or }),
      ...(this.#not && { not: this.#not.toFilter() }),
    };
  }

  #nested(group: number | 'not'): FilterNode {
    if (group === 'not') return (this.#not ??= new FilterNode());
    const node = this.#alternatives.get(group) ?? new FilterNode();
    this.#alternatives.set(group, node);
    return node;
  }
}

export const unknownParameter = (names: readonly string[]) =>
  names.length
    ? `Unknown parameter: the known ones are ${names.join(', ')}`
    : 'Unknown parameter: there are no parameters';
const maxTimes = (operator: Operator) =>
  operator === 'in' ? `Must be given at most ${maxValues} times` : 'Must be given once';
