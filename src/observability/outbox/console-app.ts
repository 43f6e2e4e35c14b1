import type { Logger } from '@nestjs/common';
import express from 'express';
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express';
import type { MessageHistory, OutboxOperator, OutboxQueue } from '../../ddd/outbox/index.js';
import { PermissionMissingError, TokenRequiredError } from '../../http/access/access.errors.js';
import { renderError } from '../../http/errors/envelope.filter.js';
import type { ErrorMapping } from '../../http/errors/error-mapping.js';
import { HttpError } from '../../http/errors/http.error.js';
import { hostCookie } from '../../http/host-cookie.js';
import { bodyParser } from '../../http/middleware/body-parser.js';
import { compose } from '../../http/middleware/compose.js';
import { refuseCrossSite } from '../../http/middleware/cross-site.js';
import { routeCheck } from '../../http/middleware/route-check.js';
import { assertFromConsole, consoleCookie, consolePermission } from './console-access.js';
import type { ConsoleAccess } from './console-access.js';
import { consoleHeaders } from './console-layout.js';
import { messagePage, overviewPage, problemPage, signInPage } from './console-pages.js';
import { selectionOf } from './console-query.js';
import type { OutboxCommand, OutboxCommandRunner } from './outbox-command-runner.js';

export interface ConsoleParts {
  readonly runner: OutboxCommandRunner;
  readonly operator: OutboxOperator;
  readonly queue: OutboxQueue;
  readonly access: ConsoleAccess;
  readonly errorMapping: ErrorMapping;
  readonly logger: Pick<Logger, 'log' | 'error'>;
}

const bodyLimitBytes = 16_384;
const deadLettersShown = 50;

/** The routes of the console: pages for browsers, and the JSON of `npm run outbox` for programs. */
export function consoleApp(parts: ConsoleParts): Express {
  const { access } = parts;
  const app = express().disable('x-powered-by').disable('etag');
  const sendHeaders: RequestHandler = (_request, response, next) => {
    response.set(consoleHeaders);
    next();
  };
  app.use(compose(sendHeaders, refuseCrossSite([]), routeCheck(app), bodyParser(bodyLimitBytes)));
  app.post('/outbox/sign-in', async (request, response) => {
    assertFromConsole(request);
    const { token = '' } = request.body as { token?: unknown };
    const accessToken = String(token).trim();
    await access.verify(accessToken);
    response.cookie(consoleCookie, accessToken, hostCookie).redirect(303, '/outbox/');
  });
  app.post('/outbox/sign-out', (request, response) => {
    assertFromConsole(request);
    response.clearCookie(consoleCookie, hostCookie).redirect(303, '/outbox/');
  });
  app.get('/outbox/', (request, response) => showOverview(parts, request, response));
  app.get('/outbox/:id', (request, response) => showMessage(parts, request.params.id, request, response));
  for (const decision of ['retry', 'discard'] as const)
    app.post(`/outbox/:id/${decision}`, (request, response) =>
      decide(parts, { name: decision, id: request.params['id'] }, request, response),
    );
  return app.use(renderErrors(parts));
}

const wantsPage = (request: Request) => request.accepts(['json', 'html']) === 'html';

async function showOverview(
  { access, runner, operator, queue }: ConsoleParts,
  request: Request,
  response: Response,
): Promise<void> {
  await access.callerOf(request);
  const selection = selectionOf(request.originalUrl);
  if (!wantsPage(request)) {
    const [status, messages] = [
      await runner.serve({ name: 'status' }),
      await runner.serve({ name: 'list', ...selection }),
    ];
    response.json({ status: status.data, messages: messages.data });
    return;
  }
  const status = await queue.status();
  const dead = await operator.list({ state: 'dead', limit: deadLettersShown });
  const selected = await operator.list(selection);
  response.type('html').send(overviewPage({ status, dead, selected, selection, now: Date.now() }));
}

async function showMessage(
  { access, runner, operator }: ConsoleParts,
  id: string,
  request: Request,
  response: Response,
): Promise<void> {
  await access.callerOf(request);
  if (wantsPage(request)) {
    const history: MessageHistory | null = await operator.show(id);
    if (!history) throw new HttpError(404, `There is no message ${id}.`);
    response.type('html').send(messagePage(history, Date.now()));
    return;
  }
  const { data, isDone, text } = await runner.serve({ name: 'show', id });
  if (!isDone) throw new HttpError(404, text);
  response.json(data);
}

async function decide(
  { access, runner, operator, logger }: ConsoleParts,
  command: OutboxCommand & { readonly id: string },
  request: Request,
  response: Response,
): Promise<void> {
  const caller = await access.callerOf(request);
  const { data, isDone, text } = await runner.serve(command);
  if (!isDone) throw new HttpError((await operator.show(command.id)) ? 409 : 404, text);
  logger.log(`${text.slice(0, -1)} by account ${caller.id}`);
  if (wantsPage(request)) response.redirect(303, '/outbox/');
  else response.json(data);
}

/** Express recognizes a handler of errors by its four parameters. */
const renderErrors =
  ({ errorMapping, logger }: ConsoleParts): ErrorRequestHandler =>
  (thrown: unknown, request, response, _next) => {
    const { body, headers } = renderError(thrown, errorMapping);
    const { status_code: status, detail } = body;
    if (status >= 500) logger.error(`The console failed: ${String(thrown)}`);
    response.status(status).set(headers);
    if (!wantsPage(request)) response.json(body);
    else if (thrown instanceof TokenRequiredError) response.type('html').send(signInPage());
    else if (thrown instanceof PermissionMissingError)
      response.type('html').send(signInPage(`The account lacks the permission ${consolePermission}.`));
    else if (status === 401)
      response.type('html').send(signInPage('The access token is not valid, or no longer. Sign in again.'));
    else
      response
        .type('html')
        .send(problemPage(typeof detail === 'string' ? detail : 'The request is not valid.'));
  };
