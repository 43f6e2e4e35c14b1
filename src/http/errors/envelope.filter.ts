import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { Response } from 'express';
import { CodedError } from '../../ddd/error/index.js';
import { LimitReachedError } from '../../ddd/limit/index.js';
import { reportStanding } from '../limit/rate-limit-headers.js';
import { type Envelope, envelope, validationEnvelope } from './envelope.js';
import { mappedError, type ErrorMapping } from './error-mapping.js';
import { HttpError } from './http.error.js';
import { InvalidFieldsError } from '../validation/invalid-fields.error.js';

/**
 * Renders every error as the standard envelope. The cause of an internal error goes to the request's log line, never to
 * the client.
 */
@Catch()
export class EnvelopeFilter implements ExceptionFilter {
  constructor(private readonly mapping: ErrorMapping) {}

  catch(thrown: unknown, host: ArgumentsHost): void {
    const response = host.switchToHttp().getResponse<Response>();
    const { body, headers } = renderError(thrown, this.mapping);
    if (body.status_code === 429 || body.status_code >= 500)
      response.err = thrown instanceof Error ? thrown : new Error('Something other than an Error was thrown');
    if (response.headersSent) {
      // Part of the response is out: closing the connection is the only way left to show that it is incomplete.
      response.destroy();
      return;
    }
    // Some routes are cacheable, their errors are not.
    response.set('Cache-Control', 'no-store');
    if (thrown instanceof LimitReachedError)
      reportStanding(response, thrown.limit, { remaining: 0, resetSeconds: thrown.retryAfterSeconds });
    response.set(headers);
    response.status(body.status_code).json(body);
  }
}

/** An error on the wire. */
export interface RenderedError {
  readonly body: Envelope;
  readonly headers: Readonly<Record<string, string>>;
}

export function renderError(thrown: unknown, mapping: ErrorMapping): RenderedError {
  const body = envelopeFor(thrown, mapping);
  const { status_code: status } = body;
  const isWait = status === 429 || status === 503 || hasRetryAfter(thrown);
  return {
    body,
    headers: {
      // A 401 must name an authentication scheme (RFC 9110), and there is one.
      ...(status === 401 && { 'WWW-Authenticate': 'Bearer' }),
      ...(isWait && { 'Retry-After': String(secondsToWait(thrown)) }),
      ...headersFor(thrown, mapping),
    },
  };
}

function envelopeFor(thrown: unknown, mapping: ErrorMapping): Envelope {
  if (thrown instanceof InvalidFieldsError) return validationEnvelope(thrown.getStatus(), thrown.errors);
  if (thrown instanceof HttpError) return envelope(thrown.getStatus(), thrown.message);
  if (thrown instanceof HttpException) {
    const status = thrown.getStatus();
    return status < 500 ? envelope(status, thrown.message) : envelope(status);
  }
  const mapped = mappedErrorOf(thrown, mapping);
  return mapped ? envelope(mapped.status, mapped.detail) : envelope(500);
}

const headersFor = (thrown: unknown, mapping: ErrorMapping): Readonly<Record<string, string>> =>
  thrown instanceof HttpError ? thrown.headers : (mappedErrorOf(thrown, mapping)?.headers ?? {});

const mappedErrorOf = (thrown: unknown, mapping: ErrorMapping) =>
  thrown instanceof CodedError ? mappedError(String(thrown.code), mapping) : undefined;

const hasRetryAfter = (thrown: unknown): thrown is CodedError & { readonly retryAfterSeconds: unknown } =>
  thrown instanceof CodedError && 'retryAfterSeconds' in thrown;

/** An integer of at least 1. */
function secondsToWait(thrown: unknown): number {
  const requested = hasRetryAfter(thrown) ? Number(thrown.retryAfterSeconds) : 1;
  return Number.isFinite(requested) ? Math.max(1, Math.ceil(requested)) : 1;
}
