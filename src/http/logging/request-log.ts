import type { ServerResponse } from 'node:http';
import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { loggableError, withoutStack, type LoggableError } from './loggable-error.js';
import { redactEmails } from './redact-emails.js';

declare module 'http' {
  interface IncomingMessage {
    /** Names the request in the log and in `X-Request-Id`. */
    id: string;
  }
  interface ServerResponse {
    /** The fault that this is the answer to. */
    err?: Error;
  }
}

const maxPathLength = 200;

/** One line for every request: id, method, path without query, status, milliseconds; its cause for a fault, and its reason for a 503. */
export function requestLog(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const began = Date.now();
    // Follows every end there is: an answer that went out whole, and a connection that broke before it had.
    response.once('close', () => {
      const duration = Date.now() - began;
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

/** A refusal that is expected gives its reason; a fault also where it came from. */
function cause({ err, statusCode }: ServerResponse): { err?: Error; reason?: LoggableError } {
  if (!err) return {};
  return statusCode === 503 ? { reason: withoutStack(loggableError(err)) } : { err };
}

function levelOf(status: number): 'info' | 'warn' | 'error' {
  if (status === 503) return 'warn';
  return status >= 500 ? 'error' : 'info';
}
