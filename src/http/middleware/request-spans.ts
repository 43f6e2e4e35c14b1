import type { Express, RequestHandler, Response } from 'express';
import { TraceChannel } from '../../ddd/diagnostics/index.js';
import type { TraceSpan } from '../../ddd/diagnostics/index.js';
import { routeTemplate } from './route-template.js';

/** A request from its arrival to the end of its response; named after its method. */
export interface RequestSpan extends TraceSpan {
  readonly response: Response;
  /** Known at the end: the template of the path, one of few values. */
  route?: string;
  /** Known at the end; 499 if the client disconnected first. */
  status?: number;
}

export const requestSpans = new TraceChannel<RequestSpan>('request');

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const clientWentAway = 499;

/** Reports every request to the subscribers. */
export function traceRequests(express: Express): RequestHandler {
  return (request, response, next) => {
    if (!requestSpans.hasSubscribers) return next();
    const { traceparent } = request.headers;
    const step: RequestSpan = {
      name: methods.has(request.method) ? request.method : 'OTHER',
      startedAt: performance.now(),
      response,
      ...(typeof traceparent === 'string' && { continues: traceparent }),
    };
    response.once('close', () => {
      step.route = routeTemplate(express, request);
      step.status = response.writableFinished ? response.statusCode : clientWentAway;
      requestSpans.end(step);
    });
    requestSpans.begin(step, next);
  };
}
