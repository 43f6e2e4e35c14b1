import { InvalidCursorError } from './repository.errors.js';
import type { Sorting } from './sorting.js';

/**
 * Marks a position in an order: the exact stored values of the last record. Opaque to clients, not secret, and valid
 * for that order alone.
 */
export function writeCursor(position: readonly unknown[], sorting: readonly Sorting[]): string {
  return Buffer.from(JSON.stringify([signature(sorting), ...position])).toString('base64url');
}

/** @throws InvalidCursorError for a cursor that is malformed or belongs to another order */
export function readCursor(cursor: string, sorting: readonly Sorting[], resource: string): unknown[] {
  const [signed, ...position] = parsed(cursor);
  if (signed !== signature(sorting) || position.length !== sorting.length)
    throw new InvalidCursorError(resource);
  return position;
}

const signature = (sorting: readonly Sorting[]) =>
  sorting.map(({ field, direction }) => `${field} ${direction}`).join(',');

function parsed(cursor: string): unknown[] {
  try {
    const content: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    return Array.isArray(content) ? content : [];
  } catch {
    return [];
  }
}
