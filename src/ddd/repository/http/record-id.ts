import type { Condition } from '../condition.js';

export type RecordId = string | number;

export const isRecordId = (value: unknown): value is RecordId =>
  typeof value === 'string' || typeof value === 'number';

/** The id, when the filter asks for that and nothing else. */
export function onlyId(where: readonly Condition[]): RecordId | undefined {
  const [condition] = where;
  const isOne = where.length === 1 && condition?.field === 'id' && condition.operator === 'eq';
  return isOne && isRecordId(condition.value) && isAddressable(condition.value) ? condition.value : undefined;
}

/** @throws RangeError for an id that a path cannot address */
export function pathSegment(id: RecordId): string {
  if (!isAddressable(id))
    throw new RangeError('A path cannot address a record whose id is empty or dots: filter by it');
  return encodeURIComponent(id);
}

/** URL normalization drops these path segments, however they are escaped, and would address the collection. */
const isAddressable = (id: RecordId) => !['', '.', '..'].includes(String(id));
