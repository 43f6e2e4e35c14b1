import { StreamableFile } from '@nestjs/common';
import type { Response } from 'express';
import type { RecordedResponse } from '../../ddd/idempotency/index.js';
import type { RenderedError } from '../errors/envelope.filter.js';

const json = 'application/json; charset=utf-8';

/** The response that the result of a handler becomes. @throws TypeError for a result that cannot be recorded */
export function recordableResponse(result: unknown, response: Response): RecordedResponse {
  const header = (name: string) => response.get(name) ?? null;
  return {
    status: response.statusCode,
    ...bodyOf(result, header('Content-Type')),
    location: header('Location'),
    etag: header('ETag'),
  };
}

export const responseOfError = ({ body }: RenderedError): RecordedResponse => ({
  status: body.status_code,
  body: JSON.stringify(body),
  contentType: json,
  location: null,
  etag: null,
});

/** Sets status and headers from a recorded response. @returns its body, for Nest to send */
export function apply(
  { status, body, contentType, location, etag }: RecordedResponse,
  response: Response,
): unknown {
  response.status(status);
  if (contentType !== null) response.set('Content-Type', contentType);
  if (location !== null) response.set('Location', location);
  if (etag !== null) response.set('ETag', etag);
  return body ?? undefined;
}

function bodyOf(result: unknown, contentType: string | null): Pick<RecordedResponse, 'body' | 'contentType'> {
  if (result === undefined || result === null) return { body: null, contentType };
  if (result instanceof StreamableFile || Buffer.isBuffer(result)) throw unrecordable();
  if (typeof result === 'object') return { body: JSON.stringify(result), contentType: contentType ?? json };
  if (typeof result !== 'string' && typeof result !== 'number' && typeof result !== 'boolean')
    throw unrecordable();
  return { body: String(result), contentType: contentType ?? 'text/html; charset=utf-8' };
}

const unrecordable = () =>
  new TypeError('A route with @Idempotent() returns an object, a text or nothing, which can be recorded');
