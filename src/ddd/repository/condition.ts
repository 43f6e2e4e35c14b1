import { types } from 'node:util';

const operators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'contains', 'startsWith', 'isNull'] as const;

export type Operator = (typeof operators)[number];

/** One condition that a record must fulfill. */
export type Condition = { readonly field: string } & (
  | { readonly operator: 'isNull'; readonly value: boolean }
  | { readonly operator: 'in'; readonly value: readonly unknown[] }
  | { readonly operator: 'contains' | 'startsWith'; readonly value: string }
  | { readonly operator: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte'; readonly value: unknown }
);

/** Splits a filter into conditions. @throws TypeError for an undefined value, and for an unknown operator */
export function conditionsOf(filter: object): Condition[] {
  return Object.entries(filter).flatMap(([field, requested]: [string, unknown]) => {
    if (!isOperators(requested)) return [condition(field, 'eq', requested)];
    const operations = Object.entries(requested);
    if (!operations.length)
      throw new TypeError(
        `The filter field ${field} has no operator: leave it out, or give a value or operators`,
      );
    return operations.map(([operator, value]) => condition(field, operator, value));
  });
}

function condition(field: string, operator: string, value: unknown): Condition {
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
  return { field, operator, value } as Condition;
}

/** Refuses operands that backends would interpret differently. */
function assertOperand(field: string, operator: Operator, value: unknown): void {
  if (operator === 'in' && value !== null && !(Array.isArray(value) && !value.includes(undefined)))
    throw new TypeError(`The filter field ${field} needs a list of values for in: give a list`);
  if (operator === 'isNull' && typeof value !== 'boolean')
    throw new TypeError(`The filter field ${field} has an isNull that is neither true nor false`);
  if ((operator === 'contains' || operator === 'startsWith') && value !== null && typeof value !== 'string')
    throw new TypeError(`The filter field ${field} needs text for ${operator}: give text`);
}

const isOperator = (name: string): name is Operator => (operators as readonly string[]).includes(name);

const isOperators = (requested: unknown): requested is Record<string, unknown> =>
  typeof requested === 'object' &&
  requested !== null &&
  !types.isDate(requested) &&
  !ArrayBuffer.isView(requested);
