import type { IdempotencyRecord } from './idempotency-record.entity.js';

/** What is stored of a response, and sent again. */
export interface RecordedResponse extends Pick<
  IdempotencyRecord,
  'body' | 'contentType' | 'location' | 'etag'
> {
  readonly status: number;
}

/** @returns undefined while the request is being executed */
export function responseIn(record: IdempotencyRecord): RecordedResponse | undefined {
  const { status, body, contentType, location, etag } = record;
  return status === null ? undefined : { status, body, contentType, location, etag };
}
