import type { Server } from 'node:http';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ModulesContainer } from '@nestjs/core';
import type { Express, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { AccessGuard } from './access/access.guard.js';
import { assertAccess } from './access/assert-access.js';
import { CookieVerifier, TokenVerifier } from './access/token-verifier.js';
import { declaredRoutes } from './access/declared-routes.js';
import { deletionWithBody } from './middleware/deletions.js';
import { bodyParser } from './middleware/body-parser.js';
import { respondToBrokenRequests } from './middleware/broken-requests.js';
import { Draining } from './shutdown/draining.js';
import { EnvelopeFilter } from './errors/envelope.filter.js';
import { HttpAdapter } from './http.adapter.js';
import { blockErrorMapping, type ErrorMapping, keepErrorMapping } from './errors/error-mapping.js';
import { lingerAfterLastResponse } from './shutdown/hang-up.js';
import { requireHost } from './middleware/host.js';
import { allowOrigins, refuseCrossSite } from './middleware/cross-site.js';
import { compose } from './middleware/compose.js';
import { createLogger } from './logging/logger.js';
import { OpenResponses } from './shutdown/open-responses.js';
import { requestId } from './middleware/request-id.js';
import { traceRequests } from './middleware/request-spans.js';
import { requestLog } from './logging/request-log.js';
import { routeCheck } from './middleware/route-check.js';
import { holdBackContinue, limitUnreadBody } from './middleware/unread-body.js';
import { provided } from './provided.js';
import { FieldValidationPipe } from './validation/field-validation.pipe.js';

export interface HttpRules {
  /** Maximum size of an accepted body. */
  readonly bodyLimitBytes: number;
  /** Origins other than our own whose pages may call: none by default. */
  readonly corsOrigins?: readonly string[] | undefined;
  /** How long a stop waits for requests in flight. */
  readonly shutdownGraceMs: number;
  /** How long an idle connection is kept open for the next request. */
  readonly keepAliveTimeoutMs: number;
}

/**
 * The HTTP rules of all our programs: ids, log, limits, bodies, access, validation, and one envelope for every error. The app
 * must be created with `new HttpAdapter()` and `bodyParser: false`, and must not be initialized yet.
 * @param errorMapping the responses to the errors of the program
 * @throws UndeclaredAccessError when a route does not declare who may use it
 */
export function applyHttpRules(
  app: NestExpressApplication,
  rules: HttpRules,
  logger: Logger = createLogger(),
  errorMapping: ErrorMapping = blockErrorMapping,
): void {
  const adapter = HttpAdapter.of(app);
  const server: Server = app.getHttpServer();
  const { corsOrigins = [] } = rules;
  const express: Express = adapter.getInstance();

  app.disable('x-powered-by');
  app.disable('etag');
  limitTime(server, rules.keepAliveTimeoutMs);
  const responses = new OpenResponses(server);
  respondToBrokenRequests(server, logger, responses, corsOrigins);
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
      allowOrigins(corsOrigins),
      limitUnreadBody(rules.bodyLimitBytes),
      Draining.of(adapter, rules.shutdownGraceMs).reject,
      requireHost,
      refuseCrossSite(corsOrigins),
      routeCheck(express),
      bodyParser(rules.bodyLimitBytes, deletionWithBody(declaredRoutes(app))),
    ),
  );
  const modules = app.get(ModulesContainer);
  const verifier = provided(modules, TokenVerifier);
  assertAccess(app, verifier);
  app.useGlobalGuards(new AccessGuard(verifier, provided(modules, CookieVerifier)));
  app.useGlobalPipes(new FieldValidationPipe());
  keepErrorMapping(express, errorMapping);
  app.useGlobalFilters(new EnvelopeFilter(errorMapping));
}

/**
 * Node checks every 30 seconds for connections that exceed the request limits. A connection must be kept open for
 * longer than a load balancer in front keeps it, or the balancer sends requests into a closing connection.
 */
function limitTime(server: Server, keepAliveTimeoutMs: number): void {
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.headersTimeout = Math.max(10_000, keepAliveTimeoutMs + 1_000);
  server.requestTimeout = 30_000;
}

/**
 * Node answers two cases by itself, without a body: HTTP/1.1 without a Host, and an unknown expectation. It does not
 * answer CONNECT at all. Express answers an absolute request target that it cannot parse with an HTML page.
 */
function takeOver(server: Server & { requireHostHeader?: boolean }): void {
  server.requireHostHeader = false;
  server.on('checkExpectation', (request, response) => server.emit('request', request, response));
  server.on('connect', (_request, socket) => {
    // Node has removed its own listener.
    socket.on('error', () => undefined);
    server.emit('clientError', new Error('CONNECT is not served'), socket);
  });
  server.prependListener('request', (request) => (request.url = pathAndQuery(request.url ?? '')));
}

function pathAndQuery(target: string): string {
  if (target.startsWith('/')) return target;
  if (!URL.canParse(target)) return '*';
  // As sent: a URL drops an empty query and encodes anew.
  return /^[^:]+:\/\/[^/?#]*(\/.*)$/.exec(target)?.[1] ?? new URL(target).pathname + new URL(target).search;
}

const headers: RequestHandler = (_request, response, next) => {
  response.setHeader('X-Content-Type-Options', 'nosniff');
  response.setHeader('Cache-Control', 'no-store');
  next();
};
