import { types } from 'node:util';

const textOperators = [
  ...(['contains', 'startsWith', 'endsWith', 'eqIgnoreCase'] as const),
  ...(['containsIgnoreCase', 'startsWithIgnoreCase', 'endsWithIgnoreCase'] as const),
] as const;
const operators = [
  ...(['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'isNull'] as const),
  ...textOperators,
] as const;

/** The operators that search text. */
export type TextOperator = (typeof textOperators)[number];
export type Operator = (typeof operators)[number];

/** One condition on one field. */
export type FieldCondition = { readonly field: string } & (
  | { readonly operator: 'isNull'; readonly value: boolean }
  | { readonly operator: 'in'; readonly value: readonly unknown[] }
  | { readonly operator: TextOperator; readonly value: string }
  | { readonly operator: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte'; readonly value: unknown }
);

/** One condition that a record must fulfill. */
export type Condition =
  | FieldCondition
  /** All conditions of at least one alternative. */
  | { readonly operator: 'or'; readonly field?: undefined; readonly value: readonly (readonly Condition[])[] }
  /** Not all of these conditions. */
  | { readonly operator: 'not'; readonly field?: undefined; readonly value: readonly Condition[] };

/** The names under which a filter nests others: no field may have them. */
export const groupNames = ['or', 'not'] as const;

/** How deep filters may be nested. */
export const maxFilterDepth = 5;
/** Maximum number of conditions in nested filters together: SQLite compiles expressions of a depth of at most 1,000. */
export const maxNestedConditions = 100;

/**
 * Splits a filter into conditions.
 * @throws TypeError for an undefined value, and for an unknown operator
 * @throws RangeError for filters nested too deep, or too many
 */
export function conditionsOf(filter: object): Condition[] {
  const where = conditionsAt(filter, 0);
  const count = where.reduce((sum, one) => sum + (one.field === undefined ? countIn(one) : 0), 0);
  if (count > maxNestedConditions)
    throw new RangeError(
      `The filter has ${count} conditions under or and not: give at most ${maxNestedConditions}`,
    );
  return where;
}

function conditionsAt(filter: object, depth: number): Condition[] {
  return Object.entries(filter).flatMap(([name, requested]: [string, unknown]): Condition[] => {
    if (name === 'or') return [{ operator: 'or', value: alternatives(requested, depth + 1) }];
    if (name === 'not') return [{ operator: 'not', value: nested('not', requested, depth + 1) }];
    return fieldConditions(name, requested);
  });
}

function alternatives(requested: unknown, depth: number): Condition[][] {
  if (!Array.isArray(requested)) throw new TypeError('The filter has an or that is no list of filters');
  return requested.map((one: unknown) => nested('or', one, depth));
}

function nested(name: string, requested: unknown, depth: number): Condition[] {
  if (depth > maxFilterDepth)
    throw new RangeError(`The filter is nested more than ${maxFilterDepth} deep: ask for less at once`);
  if (typeof requested !== 'object' || requested === null || Array.isArray(requested))
    throw new TypeError(
      name === 'or'
        ? 'The filter has an or with what is no filter'
        : 'The filter has a not that is no filter',
    );
  const conditions = conditionsAt(requested, depth);
  if (!conditions.length)
    throw new TypeError(`The filter has an empty filter under ${name}: leave it out, or name a field`);
  return conditions;
}

function countIn(condition: Condition): number {
  const parts = condition.operator === 'or' ? condition.value.flat() : undefined;
  const inner = condition.operator === 'not' ? condition.value : parts;
  return inner ? inner.reduce((sum, one) => sum + countIn(one), 0) : 1;
}

function fieldConditions(field: string, requested: unknown): FieldCondition[] {
  if (!isOperators(requested)) return [condition(field, 'eq', requested)];
  const operations = Object.entries(requested);
  if (!operations.length)
    throw new TypeError(
      `The filter field ${field} has no operator: leave it out, or give a value or operators`,
    );
  return operations.map(([operator, value]) => condition(field, operator, value));
}

function condition(field: string, operator: string, value: unknown): FieldCondition {
  if (!isOperator(operator))
    throw new TypeError(`The filter field ${field} has no operator ${operator}: use ${operators.join(', ')}`);
  if (value === undefined)
    throw new TypeError(
      `The filter field ${field} is undefined: leave it out, or give null to match an empty field`,
    );
  assertOperand(field, operator, value);
  if (value === null || (operator === 'in' && (value as unknown[]).includes(null))) {
    if (operator === 'eq') return { field, operator: 'isNull', value: true };
    if (operator === 'ne') return { field, operator: 'isNull', value: false };
    throw new TypeError(
      `The filter field ${field} is compared by ${operator} with null: match an empty field with isNull`,
    );
  }
  return { field, operator, value } as FieldCondition;
}

/** Refuses operands that backends would interpret differently. */
function assertOperand(field: string, operator: Operator, value: unknown): void {
  if (operator === 'in' && value !== null && !(Array.isArray(value) && !value.includes(undefined)))
    throw new TypeError(`The filter field ${field} needs a list of values for in: give a list`);
  if (operator === 'isNull' && typeof value !== 'boolean')
    throw new TypeError(`The filter field ${field} has an isNull that is neither true nor false`);
  if (isTextOperator(operator) && value !== null && typeof value !== 'string')
    throw new TypeError(`The filter field ${field} needs text for ${operator}: give text`);
}

const isTextOperator = (name: string): name is TextOperator =>
  (textOperators as readonly string[]).includes(name);
const isOperator = (name: string): name is Operator => (operators as readonly string[]).includes(name);

const isOperators = (requested: unknown): requested is Record<string, unknown> =>
  typeof requested === 'object' &&
  requested !== null &&
  !types.isDate(requested) &&
  !ArrayBuffer.isView(requested);
