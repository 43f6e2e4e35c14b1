/** One field of a complete order. */
export interface Sorting {
  readonly field: string;
  readonly direction: 'asc' | 'desc';
}

/** @throws TypeError for an unknown direction */
function directionOf(field: string, direction: unknown): Sorting['direction'] {
  if (direction === 'asc' || direction === 'desc') return direction;
  throw new TypeError(`The order by ${field} has the direction ${String(direction)}: give asc or desc`);
}

/**
 * An order without ties: the key comes last, in the direction of the field before it, so that one index serves both.
 */
export function completeSorting(order: object, key: readonly string[]): readonly Sorting[] {
  const requested = Object.entries(order)
    .filter(([, direction]) => direction !== undefined)
    .map(([field, direction]: [string, unknown]) => ({ field, direction: directionOf(field, direction) }));
  const direction = requested.at(-1)?.direction ?? 'asc';
  const missing = key.filter((field) => !requested.some((sorting) => sorting.field === field));
  return [...requested, ...missing.map((field) => ({ field, direction }))];
}
