import type { Express, RequestHandler, Response } from 'express';
import { StepChannel } from '../ddd/diagnostics/step-channel.js';
import type { Step } from '../ddd/diagnostics/step.js';
import { routeTemplate } from './route-template.js';

/** A request from its arrival to the end of its answer; called like its method. */
export interface RequestStep extends Step {
  readonly response: Response;
  /** Known at the end: the template of the path, one of a few. */
  route?: string;
  /** Known at the end; 499 for a client that went away first. */
  status?: number;
}

export const requestSteps = new StepChannel<RequestStep>('request');

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const clientWentAway = 499;

/** Tells whoever watches of every request. */
export function tellRequests(express: Express): RequestHandler {
  return (request, response, next) => {
    if (!requestSteps.isWatched) return next();
    const { traceparent } = request.headers;
    const step: RequestStep = {
      name: methods.has(request.method) ? request.method : 'OTHER',
      startedAt: performance.now(),
      response,
      ...(typeof traceparent === 'string' && { continues: traceparent }),
    };
    response.once('close', () => {
      step.route = routeTemplate(express, request);
      step.status = response.writableFinished ? response.statusCode : clientWentAway;
      requestSteps.end(step);
    });
    requestSteps.begin(step, next);
  };
}
