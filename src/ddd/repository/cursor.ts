import { InvalidCursorError } from './repository.errors.js';
import type { Sorting } from './sorting.js';

/**
 * Marks a place in an order: the values that the last record has there. Opaque to whoever carries it, not secret, and
 * good for that order alone.
 */
export function cursorAt(record: object, sorting: readonly Sorting[]): string {
  const values = sorting.map(({ field }) => {
    const value = (record as Record<string, unknown>)[field] ?? null;
    return value instanceof Date ? { date: value.toISOString() } : value;
  });
  return Buffer.from(JSON.stringify([signature(sorting), ...values])).toString('base64url');
}

/** @throws InvalidCursorError for what no cursor of this order looks like */
export function readCursor(cursor: string, sorting: readonly Sorting[], resource: string): unknown[] {
  const [signed, ...values] = parsed(cursor);
  if (signed !== signature(sorting) || values.length !== sorting.length)
    throw new InvalidCursorError(resource);
  return values.map((value) => plain(value, resource));
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

function plain(value: unknown, resource: string): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const date = 'date' in value ? new Date(String(value.date)) : undefined;
  if (!date || Number.isNaN(date.getTime())) throw new InvalidCursorError(resource);
  return date;
}
