import type { FieldCondition, TextOperator } from './condition.js';
import { everySpelling } from './letter-case.js';
import type { Stored } from './column/column-type.js';
import type { StoredColumn } from './column/stored-column.js';
import { plainText } from './column/text-types.js';
import { ColumnValueError } from './column/column-type.js';

/**
 * A condition in values that the column can hold. Values between or beyond them are absorbed into the operator, so that
 * no backend compares what it would have to round.
 */
export type FittedCondition =
  | { readonly operator: 'always' | 'never' | 'isNull' | 'isNotNull' }
  | { readonly operator: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte'; readonly value: Stored }
  | {
      readonly operator: 'in';
      readonly values: readonly Stored[];
      /** Whether empty fields match too: a transformer may map a value to empty. */
      readonly withEmpty: boolean;
    }
  | TextMatch;

/** A text that is looked for at a place in the column's. */
export interface TextMatch {
  readonly operator: 'matches';
  readonly text: string;
  readonly at: 'anywhere' | 'start' | 'end' | 'whole';
  readonly ignoresCase: boolean;
}

const textMatches: Readonly<Record<TextOperator, Pick<TextMatch, 'at' | 'ignoresCase'>>> = {
  contains: { at: 'anywhere', ignoresCase: false },
  startsWith: { at: 'start', ignoresCase: false },
  endsWith: { at: 'end', ignoresCase: false },
  eqIgnoreCase: { at: 'whole', ignoresCase: true },
  containsIgnoreCase: { at: 'anywhere', ignoresCase: true },
  startsWithIgnoreCase: { at: 'start', ignoresCase: true },
  endsWithIgnoreCase: { at: 'end', ignoresCase: true },
};

/** Characters of a text that is searched ignoring case: a pattern holds every spelling of each. */
const maxFoldedLength = 1_000;
/** A text with so few spellings is one of a list, which an index serves. */
const maxSpellings = 64;

/** @throws InvalidValueError for a value that the column cannot be compared with */
export function fitCondition(condition: FieldCondition, column: StoredColumn): FittedCondition {
  switch (condition.operator) {
    case 'isNull':
      return { operator: condition.value ? 'isNull' : 'isNotNull' };
    case 'in':
      return fitList(condition.value, column);
    case 'contains':
    case 'startsWith':
    case 'endsWith':
    case 'eqIgnoreCase':
    case 'containsIgnoreCase':
    case 'startsWithIgnoreCase':
    case 'endsWithIgnoreCase':
      return fitText(condition, column);
    case 'eq':
    case 'ne':
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return fitComparison(condition.operator, condition.value, column);
  }
}

function fitComparison(
  operator: 'eq' | 'ne' | 'gt' | 'gte' | 'lt' | 'lte',
  value: unknown,
  column: StoredColumn,
): FittedCondition {
  const position = column.locate(value);
  if (!position) return fitEmpty(operator);
  const { floor, isExact } = position;
  if (floor !== undefined && isExact) return { operator, value: floor };
  switch (operator) {
    case 'eq':
      return { operator: 'never' };
    case 'ne':
      return { operator: 'always' };
    case 'gt':
    case 'gte':
      return floor === undefined ? { operator: 'isNotNull' } : { operator: 'gt', value: floor };
    case 'lt':
    case 'lte':
      return floor === undefined ? { operator: 'never' } : { operator: 'lte', value: floor };
  }
}

/** For a value that the column's transformer maps to empty. */
function fitEmpty(operator: string): FittedCondition {
  if (operator === 'ne') return { operator: 'isNotNull' };
  return { operator: operator === 'eq' ? 'isNull' : 'never' };
}

function fitList(requested: readonly unknown[], column: StoredColumn): FittedCondition {
  const positions = requested.map((value) => column.locate(value));
  return {
    operator: 'in',
    values: positions.flatMap((position) =>
      position?.isExact && position.floor !== undefined ? [position.floor] : [],
    ),
    withEmpty: positions.includes(null),
  };
}

function fitText(
  { operator, value }: { readonly operator: TextOperator; readonly value: string },
  column: StoredColumn,
): FittedCondition {
  const text = searchedText(operator, value, column);
  const { at, ignoresCase } = textMatches[operator];
  if (ignoresCase && [...text].length > maxFoldedLength)
    throw column.invalid(
      `must be asked for with at most ${maxFoldedLength} characters where case is ignored`,
    );
  const spellings = at === 'whole' ? everySpelling(text, maxSpellings) : undefined;
  if (spellings) return { operator: 'in', values: spellings, withEmpty: false };
  return { operator: 'matches', text, at, ignoresCase };
}

function searchedText(operator: TextOperator, value: unknown, column: StoredColumn): string {
  if (column.type.kind !== 'text') throw column.invalid(`is not text, and has no ${operator}`);
  try {
    return plainText(value);
  } catch (error) {
    throw error instanceof ColumnValueError ? column.invalid(error.message) : error;
  }
}
