import { types } from 'node:util';

const operators = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'in', 'contains', 'startsWith', 'isNull'] as const;

export type Operator = (typeof operators)[number];

/** One thing that a record must fulfil. */
export type Condition = { readonly field: string } & (
  | { readonly operator: 'isNull'; readonly value: boolean }
  | { readonly operator: 'in'; readonly value: readonly unknown[] }
  | { readonly operator: 'contains' | 'startsWith'; readonly value: string }
  | { readonly operator: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte'; readonly value: unknown }
);

/** A filter, taken apart. @throws TypeError for a value that says nothing, and for an operator that does not exist */
export function conditionsOf(filter: object): Condition[] {
  return Object.entries(filter).flatMap(([field, asked]: [string, unknown]) => {
    if (!isOperators(asked)) return [condition(field, 'eq', asked)];
    return Object.entries(asked).map(([operator, value]) => condition(field, operator, value));
  });
}

function condition(field: string, operator: string, value: unknown): Condition {
  if (!isOperator(operator))
    throw new TypeError(`The filter field ${field} has no operator ${operator}: use ${operators.join(', ')}`);
  if (value === undefined)
    throw new TypeError(
      `The filter field ${field} is undefined: leave it out, or give null to ask for empty`,
    );
  if (value === null || (operator === 'in' && (value as unknown[]).includes(null))) {
    if (operator === 'eq') return { field, operator: 'isNull', value: true };
    if (operator === 'ne') return { field, operator: 'isNull', value: false };
    throw new TypeError(
      `The filter field ${field} is compared by ${operator} with null: ask for empty with isNull`,
    );
  }
  return { field, operator, value } as Condition;
}

const isOperator = (name: string): name is Operator => (operators as readonly string[]).includes(name);

const isOperators = (asked: unknown): asked is Record<string, unknown> =>
  typeof asked === 'object' && asked !== null && !types.isDate(asked) && !ArrayBuffer.isView(asked);
