import { RemoteServiceError } from './remote.errors.js';
import type { Slice } from '../repository.js';

/** A numbered page, as a remote collection returns it: `{"data": [...], "meta": {"page", "size", "total"}}`. */
export interface RemotePage<Entity> {
  readonly records: Entity[];
  /** The service may return fewer records than requested. */
  readonly size: number;
  readonly total: number;
}

/** @throws RemoteServiceError when the response is not a record */
export function recordIn<Entity>(response: unknown, resource: string): Entity {
  const id = fieldOf(response, 'id');
  if (typeof id === 'string' || typeof id === 'number') return response as Entity;
  throw unusable(resource, 'the response is not a record with an id');
}

/** @throws RemoteServiceError when the response is not a list of records */
export function recordsIn<Entity>(response: unknown, resource: string): Entity[] {
  const data = fieldOf(response, 'data');
  if (!Array.isArray(data)) throw unusable(resource, 'the response has no list called data');
  return data.map((record) => recordIn<Entity>(record, resource));
}

/** @throws RemoteServiceError when the response is not a list of records, or its cursor is not text */
export function sliceIn<Entity>(response: unknown, resource: string): Slice<Entity> {
  const records = recordsIn<Entity>(response, resource);
  const next = fieldOf(fieldOf(response, 'meta'), 'next') ?? null;
  if (next === null || typeof next === 'string') return { records, next };
  throw unusable(resource, 'meta.next of the response is neither text nor null');
}

/** @throws RemoteServiceError when the response is not a list of records with a size and a total */
export function pageIn<Entity>(response: unknown, resource: string): RemotePage<Entity> {
  const records = recordsIn<Entity>(response, resource);
  return { records, size: countIn(response, ['meta', 'size'], resource), total: totalIn(response, resource) };
}

/** @throws RemoteServiceError when the response has no total */
export function totalIn(response: unknown, resource: string): number {
  return countIn(response, ['meta', 'total'], resource);
}

/** @throws RemoteServiceError when the response does not say how many were deleted */
export function deletedIn(response: unknown, resource: string): number {
  return countIn(response, ['deleted'], resource);
}

function countIn(response: unknown, path: readonly string[], resource: string): number {
  const count = path.reduce(fieldOf, response);
  if (typeof count === 'number' && Number.isSafeInteger(count) && count >= 0) return count;
  throw unusable(resource, `${path.join('.')} of the response is not a whole number from 0`);
}

const unusable = (resource: string, reason: string) =>
  new RemoteServiceError(resource, { status: 200, reason });

const fieldOf = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;
