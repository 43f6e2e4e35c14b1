/**
 * The actual responses of the API, compared with the document that it serves.
 * Real: the app, SQLite, the document, ajv. Fake: the notification service that never answers, and the hashes that fill
 * the line.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { PermissionRepository } from '../../src/modules/session/index.js';
import { RegisterWorker } from '../../src/modules/user/index.js';
import type { MailTokenPurpose } from '../../src/modules/user/index.js';
import { MailTokens } from '../../src/resource/user/mailbox/mail-tokens.service.js';
import { newAccount } from '../support/accounts.js';
import { useDatabase } from '../support/use-database.js';
import { DocumentedApi } from '../support/documented-api.js';
import { saturateHashing } from '../support/saturation.js';
import { FakeService, hang } from '../../testing/index.js';
import { createTestApp } from '../support/test-app.js';
import type { TestResponse, TestApp } from '../support/test-app.js';

const accountPaths = ['/user/', '/user/signin/', '/user/activate/', '/user/deactivate/'];
const credentialPaths = accountPaths.slice(1);
const unknownToken = 'x'.repeat(65);
/** The routes of mails, with bodies that are valid. */
const mailboxBodies = {
  '/user/verification/': { email: 'ada@example.com' },
  '/user/verification/confirm/': { token: unknownToken },
  '/user/password/forgotten/': { email: 'ada@example.com' },
  '/user/password/reset/': { token: unknownToken, password: '123456' },
  '/user/email/undo/': { token: unknownToken },
};
const mailboxPaths = Object.keys(mailboxBodies);

/** Documented, because any operation may fail, although this one cannot. */
const unreachable = ['GET / 500'];

const database = useDatabase('sqlite', [], { perTest: true });
let app: TestApp;
let api: DocumentedApi;

const start = async (variables: Record<string, string> = {}) => {
  app = await createTestApp({ database: database.url, variables });
};

/** Posts, compares the response with the document, and expects its status. */
async function post(path: string, body: unknown, status: number): Promise<TestResponse> {
  const response = await app.post(path, body);
  api.check('POST', path, response);
  expect([path, response.status]).toEqual([path, status]);
  return response;
}

describe('The OpenAPI document', () => {
  beforeEach(async () => {
    await start();
    api = await DocumentedApi.of(app);
  });
  afterEach(() => app.close());

  it('describes every response of its operations, and every described response occurs', async () => {
    await checkOrderedResponses();
    await checkResponsesToBadInput();
    await checkSessionResponses();
    await checkMailboxResponses();
    await checkOwnResponses();
    await checkFailureResponses();
    // Those of accounts and sessions; an entity that was added has a test of its own.
    expect(api.unseen.filter((name) => /^\w+ \/(?:(?:user|session|\.well-known)\/| )/.test(name))).toEqual(
      unreachable,
    );
  });

  it('has examples that match their schemas', () => api.checkExamples());

  it('requires no header, which every generated client and Swagger UI would have to ask for', () => {
    const required = Object.entries(api.document.paths).flatMap(([path, item]) =>
      Object.values(
        item as Record<string, { parameters?: { in: string; name: string; required?: boolean }[] }>,
      )
        .flatMap(({ parameters = [] }) => parameters)
        .filter((parameter) => parameter.in === 'header' && parameter.required)
        .map(({ name }) => `${path} ${name}`),
    );
    expect(required).toEqual([]);
  });

  it('takes an Idempotency-Key on no route that returns tokens, because responses to keys are recorded', () => {
    const keyed = Object.entries(api.document.paths).flatMap(([path, item]) =>
      Object.values(item as Record<string, { parameters?: object[]; responses?: object }>)
        .filter(({ parameters }) => JSON.stringify(parameters ?? []).includes('"Idempotency-Key"'))
        .map(({ responses }) => ({ path, responses: JSON.stringify(responses) })),
    );

    const secret = Object.entries(api.document.components?.schemas ?? {})
      .filter(([, schema]) => JSON.stringify(schema).includes('"access_token"'))
      .map(([name]) => `"#/components/schemas/${name}"`);

    expect(secret).not.toEqual([]);
    expect(keyed.map(({ path }) => path)).toContain('/user/');
    expect(keyed.filter(({ responses }) => secret.some((name) => responses.includes(name)))).toEqual([]);
  });

  it('does not match just anything, so that passing means something', async () => {
    const response = await app.send('/');
    const other = (change: Partial<TestResponse>) => () => api.check('GET', '/', { ...response, ...change });
    expect(other({})).not.toThrow();
    expect(other({ status: 418 })).toThrow(/not in the document/);
    expect(other({ text: '{"title":7}' })).toThrow(/title must be string/);
    const headers = new Headers({ 'content-type': 'text/html', 'x-request-id': 'one' });
    expect(other({ headers })).toThrow(/another body/);
    expect(other({ headers: new Headers() })).toThrow(/X-Request-Id of GET \/ 200/);
    expect(other({ status: 503, text: '{}' })).toThrow(/Retry-After of GET \/ 503/);
  });
});

async function checkOrderedResponses(): Promise<void> {
  const account = newAccount();
  api.check('GET', '/', await app.send('/'));
  for (const path of credentialPaths) await post(path, newAccount(), 404);
  await post('/user/', account, 200);
  for (const path of credentialPaths) await post(path, { ...account, password: 'wrong' }, 401);
  await post('/user/signin/', account, 400);
  await post('/user/activate/', account, 200);
  await post('/user/signin/', account, 200);
  await post('/user/deactivate/', account, 200);
  await checkResponsesToKeys();
}

async function checkResponsesToKeys(): Promise<void> {
  const account = newAccount();
  const key = { 'Idempotency-Key': '"a"' };
  const expectStatus = async (body: object, status: number) => {
    const answer = await app.post('/user/', body, key);
    api.check('POST', '/user/', answer);
    expect(answer.status).toBe(status);
  };
  await expectStatus(account, 200);
  await expectStatus({ ...account, name: 'Jane' }, 422);
  const running = 'UPDATE idempotency_record SET status = NULL';
  await app.get(DataSource).query(`${running}, lease_until = ${Date.now() + 5_000}`);
  await expectStatus(account, 409);
}

async function checkResponsesToBadInput(): Promise<void> {
  for (const path of [...accountPaths, ...mailboxPaths]) {
    await post(path, {}, 400);
    await post(path, [], 400);
    await post(path, { email: 'x'.repeat(20_000) }, 413);
    const text = await app.send(path, {
      method: 'POST',
      headers: { 'Content-Type': 'text/plain' },
      body: '{}',
    });
    api.check('POST', path, text);
    expect(text.status).toBe(415);
  }
}

type SessionRequest = readonly [method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body?: object];

/** What a caller does with their own account, each with a body that is valid. */
const ownRequests: readonly SessionRequest[] = [
  ['PATCH', '/user/me/', { name: 'Jane' }],
  ['POST', '/user/me/password/', { password: 'wrong', new_password: 'a new one' }],
  ['POST', '/user/me/email/', { email: 'ada@example.org', password: 'wrong' }],
  ['POST', '/user/me/email/confirm/', { token: unknownToken }],
  ['DELETE', '/user/me/', { password: 'wrong' }],
];
const exportRequest: SessionRequest = ['GET', '/user/me/export/'];

/** The operations that need only a token, and last the one that needs none. */
const sessionRequests: readonly SessionRequest[] = [
  ['GET', '/user/me/'],
  exportRequest,
  ...ownRequests,
  ['GET', '/session/'],
  ['POST', '/session/introspect/', { token: 'x' }],
  ['DELETE', '/session/{id}/'],
  ['DELETE', '/session/'],
  ['DELETE', '/session/all/'],
  ['POST', '/session/refresh/', { refresh_token: 'x' }],
  ['GET', '/.well-known/jwks.json'],
];

async function sessionResponse(
  [method, path, body]: SessionRequest,
  status: number,
  headers: Record<string, string> = {},
): Promise<TestResponse> {
  const response = await app.send(path, {
    method,
    headers: { ...headers, 'Content-Type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  api.check(method, path, response);
  expect([method, path, response.status]).toEqual([method, path, status]);
  return response;
}

async function signIn(account: ReturnType<typeof newAccount>, permission?: string) {
  await post('/user/', account, 200);
  await post('/user/activate/', account, 200);
  const { id } = JSON.parse((await post('/user/signin/', account, 200)).text);
  if (permission !== undefined) await app.get(PermissionRepository).grant(id, permission, Date.now());
  const { access_token: token } = JSON.parse((await post('/session/', account, 200)).text);
  return { Authorization: `Bearer ${token}` };
}

async function checkSessionResponses(): Promise<void> {
  const account = newAccount();
  await post('/session/', account, 404);
  await post('/user/', account, 200);
  await post('/session/', { ...account, password: 'wrong' }, 401);
  await post('/session/', account, 400);
  for (const request of sessionRequests.slice(0, -1)) await sessionResponse(request, 401);
  for (const path of ['/session/', '/session/refresh/', '/session/introspect/']) {
    const headers = await signIn(newAccount(), 'session:introspect');
    const big = { token: 'x'.repeat(20_000) };
    if (path !== '/session/introspect/') await post(path, {}, 400);
    else await sessionResponse(['POST', path, {}], 400, headers);
    await sessionResponse(['POST', path, big], 413, headers);
    const text = { ...headers, 'Content-Type': 'text/plain' };
    const response = await app.send(path, { method: 'POST', headers: text, body: '{}' });
    api.check('POST', path, response);
    expect(response.status).toBe(415);
  }
  const headers = await signIn(newAccount());
  await sessionResponse(['GET', '/user/me/'], 200, headers);
  await sessionResponse(['GET', '/session/'], 200, headers);
  await sessionResponse(['GET', '/.well-known/jwks.json'], 200);
  await sessionResponse(['POST', '/session/introspect/', { token: 'x' }], 403, headers);
  await sessionResponse(['DELETE', '/session/{id}/'], 404, headers);
  await sessionResponse(['DELETE', '/session/'], 204, headers);
  await sessionResponse(['DELETE', '/session/all/'], 204, await signIn(newAccount()));
  const auditor = await signIn(newAccount(), 'session:introspect');
  const token = auditor.Authorization.slice('Bearer '.length);
  await sessionResponse(['POST', '/session/introspect/', { token }], 200, auditor);
  await sessionResponse(['POST', '/session/introspect/', { token: 'x' }], 200, auditor);
  const other = newAccount();
  const owner = await signIn(other);
  const tokens = JSON.parse((await post('/session/', other, 200)).text);
  const response = await app.send(`/session/${tokens.session_id}/`, { method: 'DELETE', headers: owner });
  api.check('DELETE', '/session/{id}/', response);
  expect(response.status).toBe(204);
  const last = JSON.parse((await post('/session/', other, 200)).text);
  await post('/session/refresh/', { refresh_token: last.refresh_token }, 200);
}

/** A token as a mail to the account carries it. */
function tokenFor(email: string, purpose: MailTokenPurpose, gives?: string): Promise<string> {
  return app.get(RegisterWorker).run(async (repositories) => {
    const user = await repositories.user.retrieve({ email });
    return (await app.get(MailTokens).issue(purpose, user, repositories, gives)).token;
  });
}

async function checkMailboxResponses(): Promise<void> {
  const account = newAccount();
  await post('/user/', account, 200);
  for (const path of ['/user/verification/', '/user/password/forgotten/']) await post(path, account, 202);
  const token = await tokenFor(account.email, 'verification');
  await post('/user/verification/confirm/', { token }, 200);
  const reset = { token: await tokenFor(account.email, 'reset'), password: 'a new one' };
  await post('/user/password/reset/', reset, 200);
  await post('/user/password/reset/', reset, 400);
}

async function checkOwnResponses(): Promise<void> {
  const account = newAccount();
  const headers = await signIn(account);
  const { password } = account;
  for (const [method, path] of ownRequests) {
    await sessionResponse([method, path, { name: '' }], 400, headers);
    await sessionResponse([method, path, { name: 'x'.repeat(20_000) }], 413, headers);
    const text = { ...headers, 'Content-Type': 'text/plain' };
    const response = await app.send(path, { method, headers: text, body: '{}' });
    api.check(method, path, response);
    expect(response.status).toBe(415);
  }
  await sessionResponse(['PATCH', '/user/me/', { name: 'Jane' }], 200, headers);
  await sessionResponse(['PATCH', '/user/me/', {}], 412, { ...headers, 'If-Match': '"other"' });
  await sessionResponse(['GET', '/user/me/export/'], 200, headers);
  await sessionResponse(['POST', '/user/me/email/', { email: newAccount().email, password }], 202, headers);
  const { email } = newAccount();
  const token = await tokenFor(account.email, 'email-change', email);
  await sessionResponse(['POST', '/user/me/email/confirm/', { token }], 200, headers);
  const undo = { token: await tokenFor(email, 'email-undo', account.email) };
  await sessionResponse(
    ['POST', '/user/me/password/', { password, new_password: 'a new one' }],
    204,
    headers,
  );
  await sessionResponse(['DELETE', '/user/me/', { password: 'a new one' }], 204, headers);
  await signIn({ ...account, email });
  await post('/user/email/undo/', undo, 400);
  await post('/user/email/undo/', { token: await tokenFor(email, 'email-undo', newAccount().email) }, 200);
}

async function checkFailureResponses(): Promise<void> {
  await restart({ PASSWORD_CONCURRENCY: '1', PASSWORD_QUEUE_LIMIT: '1' });
  const account = newAccount();
  const headers = await signIn(account);
  const release = saturateHashing(app);
  for (const path of [...accountPaths, '/session/']) await post(path, account, 503);
  await release();

  const silent = await FakeService.start(hang);
  await restart({ NOTIFICATION_SERVICE_URL: silent.url });
  await post('/user/', newAccount(), 200);
  await silent.first;
  const closed = app.stop();
  api.check('GET', '/', await app.send('/'));
  for (const request of sessionRequests) await sessionResponse(request, 503);
  for (const path of mailboxPaths) await post(path, {}, 503);
  await silent.stop();
  await closed;

  await start({ RATE_LIMIT_PER_MINUTE: '1' });
  await post('/user/', {}, 400);
  for (const request of [...ownRequests, exportRequest]) await sessionResponse(request, 429, headers);
  for (const path of [...accountPaths, ...mailboxPaths, '/session/', '/session/refresh/'])
    await post(path, {}, 429);

  await restart();
  for (const table of ['user', 'refresh_token', 'signing_key', 'mail_token', 'limit_count'])
    await app.get(DataSource).query(`DROP TABLE "${table}"`);
  for (const path of [...accountPaths, '/session/']) await post(path, account, 500);
  for (const [path, body] of Object.entries(mailboxBodies)) await post(path, body, 500);
  for (const request of sessionRequests) await sessionResponse(request, 500, headers);
}

async function restart(variables: Record<string, string> = {}): Promise<void> {
  await app.close();
  await start(variables);
}
