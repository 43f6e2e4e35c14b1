/** One field of an order that is complete. */
export interface Sorting {
  readonly field: string;
  readonly direction: 'asc' | 'desc';
}

/**
 * An order that leaves no ties: the key comes last, in the direction of the field before it, so that one index serves
 * both.
 */
export function completeSorting(order: object, key: readonly string[]): readonly Sorting[] {
  const asked = Object.entries(order)
    .filter(([, direction]) => direction !== undefined)
    .map(([field, direction]) => ({ field, direction: direction as Sorting['direction'] }));
  const direction = asked.at(-1)?.direction ?? 'asc';
  const missing = key.filter((field) => !asked.some((sorting) => sorting.field === field));
  return [...asked, ...missing.map((field) => ({ field, direction }))];
}
