import type { Operator } from '../ddd/repository/index.js';

/** The parts of a parameter's name: `or[0][price][gte]`. */
export interface FilterName {
  /** The filters that it is nested in, outermost first: the number of an alternative, or `not`. */
  readonly groups: readonly (number | 'not')[];
  readonly field: string;
  readonly operator: Operator;
}

/** @returns undefined for a name that is not that of a filter; its field and operator may still be unknown */
export function parseFilterName(name: string): FilterName | undefined {
  const [, first, brackets = ''] = /^([^[\]]+)((?:\[[^[\]]*\])*)$/.exec(name) ?? [];
  if (first === undefined) return undefined;
  const segments = [first, ...(brackets.match(/[^[\]]+|(?<=\[)(?=\])/g) ?? [])];
  const groups: (number | 'not')[] = [];
  for (let group = groupAt(segments); group; group = groupAt(segments)) {
    groups.push(group.of);
    segments.splice(0, group.length);
  }
  const [field, operator = 'eq', ...rest] = segments;
  // Equality has one spelling: without its operator.
  if (field === undefined || rest.length || segments[1] === 'eq') return undefined;
  return { groups, field, operator: operator as Operator };
}

/** The group that begins with these segments. */
function groupAt([name, index]: readonly string[]): { of: number | 'not'; length: number } | undefined {
  if (name === 'not') return { of: 'not', length: 1 };
  const isAlternative = name === 'or' && index !== undefined && /^(0|[1-9]\d?)$/.test(index);
  return isAlternative ? { of: Number(index), length: 2 } : undefined;
}
