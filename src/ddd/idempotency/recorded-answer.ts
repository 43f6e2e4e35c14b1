import type { IdempotencyRecord } from './idempotency-record.entity.js';

/** What is kept of an answer, and repeated. */
export interface RecordedAnswer extends Pick<
  IdempotencyRecord,
  'body' | 'contentType' | 'location' | 'etag'
> {
  readonly status: number;
}

/** @returns undefined while the request is executed */
export function answerIn(record: IdempotencyRecord): RecordedAnswer | undefined {
  const { status, body, contentType, location, etag } = record;
  return status === null ? undefined : { status, body, contentType, location, etag };
}
