import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RequestHandler } from 'express';
import type { Logger } from 'pino';
import { pinoHttp } from 'pino-http';
import { withoutEmails } from './logging/without-emails.js';

const longestPath = 200;

/** One line for every request: id, method, path without query, status, milliseconds; for a fault its cause. */
export function requestLog(logger: Logger): RequestHandler {
  return pinoHttp({
    logger,
    genReqId: (request) => request.id,
    // With both quiet, a line carries the id alone: no headers, no address, no query.
    quietReqLogger: true,
    quietResLogger: true,
    wrapSerializers: false,
    customAttributeKeys: { reqId: 'id', responseTime: 'duration' },
    customLogLevel: (_request, response) => levelOf(response.statusCode),
    customSuccessObject: line,
    customErrorObject: (request, response, error, values: Values) => ({
      ...line(request, response, values),
      ...(response.err && { err: error }),
    }),
    customErrorMessage: (_request, response) =>
      response.writableFinished ? 'request completed' : 'request aborted',
  });
}

interface Values {
  readonly duration: number;
}

function line(
  request: IncomingMessage & { originalUrl?: string },
  response: ServerResponse,
  { duration }: Values,
) {
  const [path = ''] = (request.originalUrl ?? request.url ?? '').split('?');
  return {
    method: request.method,
    path: withoutEmails(path, longestPath),
    status: response.statusCode,
    duration,
  };
}

function levelOf(status: number): 'info' | 'warn' | 'error' {
  if (status === 503) return 'warn';
  return status >= 500 ? 'error' : 'info';
}
