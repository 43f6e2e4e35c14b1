import type { ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { loggableError, withoutStack, type LoggableError } from './loggable-error.js';
import { redactEmails } from './redact-emails.js';

declare module 'http' {
  interface IncomingMessage {
    /** Identifies the request in the log and in `X-Request-Id`. */
    id: string;
  }
  interface ServerResponse {
    /** The error that this response reports. */
    err?: Error;
  }
}

const maxPathLength = 200;

/**
 * Logs one line per request: id, method, path without query, status, milliseconds; for an internal error its cause, and
 * for a 429 and a 503 the reason.
 */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const began = performance.now();
    // Emitted at every end: a complete response, and a connection that broke before.
    response.once('close', () => {
      const duration = Math.round(performance.now() - began);
      const outcome = response.writableFinished ? 'request completed' : 'request aborted';
      logger[levelOf(response.statusCode)](
        { ...line(request, response), duration, ...cause(response) },
        outcome,
      );
    });
    next();
  };
}

function line({ id, method, originalUrl }: Request, { statusCode: status }: ServerResponse) {
  const [path = ''] = originalUrl.split('?', 1);
  return { id, method, path: redactEmails(path, maxPathLength), status };
}

/** An expected refusal logs its reason; an internal error also its stack. */
function cause({ err, statusCode }: ServerResponse): { err?: Error; reason?: LoggableError } {
  if (!err) return {};
  return [429, 503].includes(statusCode) ? { reason: withoutStack(loggableError(err)) } : { err };
}

function levelOf(status: number): 'info' | 'warn' | 'error' {
  if (status === 503) return 'warn';
  return status >= 500 ? 'error' : 'info';
}
