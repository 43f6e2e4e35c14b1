import { RemoteServiceError } from './remote.errors.js';

/** A page as a remote collection answers it: `{"data": [...], "meta": {"size", "next"}}`, or with `page` and `total`. */
export interface RemotePage<Entity> {
  readonly records: Entity[];
  readonly next: string | null;
  /** The service may give fewer at once than it was asked for. */
  readonly size: number;
  readonly total: number;
}

/** @throws RemoteServiceError when the answer is no record */
export function recordIn<Entity>(answer: unknown, resource: string): Entity {
  if (fieldOf(answer, 'id') !== undefined) return answer as Entity;
  throw new RemoteServiceError(resource, { status: 200, reason: 'the answer is no record with an id' });
}

/** @throws RemoteServiceError when the answer is no list of records */
export function pageIn<Entity>(answer: unknown, resource: string): RemotePage<Entity> {
  const data = fieldOf(answer, 'data');
  if (!Array.isArray(data))
    throw new RemoteServiceError(resource, { status: 200, reason: 'the answer has no list called data' });
  const meta = fieldOf(answer, 'meta');
  const next = fieldOf(meta, 'next');
  return {
    records: data.map((record) => recordIn<Entity>(record, resource)),
    next: typeof next === 'string' ? next : null,
    size: Number(fieldOf(meta, 'size')),
    total: Number(fieldOf(meta, 'total')),
  };
}

/** @throws RemoteServiceError when the answer does not tell how many were removed */
export function deletedIn(answer: unknown, resource: string): number {
  const deleted = fieldOf(answer, 'deleted');
  if (typeof deleted === 'number') return deleted;
  throw new RemoteServiceError(resource, {
    status: 200,
    reason: 'the answer does not tell how many were deleted',
  });
}

const fieldOf = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;
