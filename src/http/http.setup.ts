import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Express, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { bodyParser } from './middleware/body-parser.js';
import { respondToBrokenRequests } from './middleware/broken-requests.js';
import { Draining } from './shutdown/draining.js';
import { EnvelopeFilter } from './errors/envelope.filter.js';
import { blockAnswers, type ErrorAnswers } from './errors/error-answers.js';
import { lingerAfterLastResponse } from './shutdown/hang-up.js';
import { requireHost } from './middleware/host.js';
import { compose } from './middleware/compose.js';
import { createLogger } from './logging/logger.js';
import { OpenResponses } from './shutdown/open-responses.js';
import { requestId } from './middleware/request-id.js';
import { traceRequests } from './middleware/request-spans.js';
import { requestLog } from './logging/request-log.js';
import { routeCheck } from './middleware/route-check.js';
import { holdBackContinue, limitUnreadBody } from './middleware/unread-body.js';
import { FieldValidationPipe } from './validation/field-validation.pipe.js';

export interface HttpRules {
  /** Largest body accepted. */
  readonly bodyLimitBytes: number;
  /** Proxies in front whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: number;
  /** Milliseconds that a stop waits for requests under way. */
  readonly shutdownGraceMs: number;
  /** Milliseconds that an idle connection is kept open for the next request. */
  readonly keepAliveTimeoutMs: number;
}

/**
 * What every HTTP program of ours does alike: ids, log, limits, bodies, validation, and one envelope for every error.
 * The app must be created with `bodyParser: false` and must not be initialised yet.
 * @param answers what the errors of the program become
 */
export function applyHttpRules(
  app: NestExpressApplication,
  rules: HttpRules,
  logger: Logger = createLogger(),
  answers: ErrorAnswers = blockAnswers,
): void {
  const server: Server = app.getHttpServer();
  const express: Express = app.getHttpAdapter().getInstance();

  app.disable('x-powered-by');
  app.disable('etag');
  app.set('trust proxy', rules.trustedProxies);
  // Express's own setting comes too late: Nest has built the router already.
  Object.assign(express.router, { caseSensitive: true });
  limitTime(server, rules.keepAliveTimeoutMs);
  const responses = new OpenResponses(server);
  respondToBrokenRequests(server, logger, responses);
  lingerAfterLastResponse(server);
  holdBackContinue(server);
  takeOver(server);

  app.use(
    compose(
      responses.inOrder,
      traceRequests(express),
      requestId,
      requestLog(logger),
      headers,
      limitUnreadBody(rules.bodyLimitBytes),
      Draining.of(app, rules.shutdownGraceMs).reject,
      requireHost,
      routeCheck(express),
      bodyParser(rules.bodyLimitBytes),
    ),
  );
  app.useGlobalPipes(new FieldValidationPipe());
  app.useGlobalFilters(new EnvelopeFilter(answers));
}

/**
 * Node looks every 30 seconds for connections that have overrun the limits on a request. A connection must be kept open
 * for longer than a load balancer in front does, or it sends requests into one that is being closed.
 */
function limitTime(server: Server, keepAliveTimeoutMs: number): void {
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.headersTimeout = Math.max(10_000, keepAliveTimeoutMs + 1_000);
  server.requestTimeout = 30_000;
}

/**
 * Node answers two things by itself, without a body: HTTP/1.1 without a Host, and an expectation it does not know.
 * CONNECT it does not answer at all.
 * Express answers one, with a page: an absolute request target that it cannot parse.
 */
function takeOver(server: Server & { requireHostHeader?: boolean }): void {
  server.requireHostHeader = false;
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('connect', (_request, socket) => {
    // Node has taken its own listener away.
    socket.on('error', () => undefined);
    server.emit('clientError', new Error('CONNECT is not served'), socket);
  });
  server.prependListener('request', (request) => (request.url = pathAndQuery(request.url ?? '')));
}

function pathAndQuery(target: string): string {
  if (target.startsWith('/')) return target;
  if (!URL.canParse(target)) return '*';
  // As it was sent: a URL loses an empty query and encodes anew.
  return /^[^:]+:\/\/[^/?#]*(\/.*)$/.exec(target)?.[1] ?? new URL(target).pathname + new URL(target).search;
}

const headers: RequestHandler = (_request, response, next) => {
  response.set({ 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store' });
  next();
};
