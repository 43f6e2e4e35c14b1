/**
 * The outbox over HTTP for operators, on the port of the metrics, on each database.
 * Real: the app, its courier, the database, sockets. Fake: the notification service, which answers as a test says.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OutboxConsumer, OutboxMessage } from '../../src/ddd/outbox/index.js';
import { DataSource } from 'typeorm';
import { PermissionRepository } from '../../src/modules/session/index.js';
import { FakeService, respond } from '../../testing/fake-service.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { activeAccount, bearer, claimsOf, signedIn } from '../support/sessions.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

interface Listed {
  readonly id: string;
  readonly state: string;
}

const served = (app: TestApp) => /http:\S+?(?=\/outbox\/)/.exec(app.logText())?.[0] ?? '';

describe.each(databaseKinds)('The console of the outbox on %s', (kind) => {
  let database: TestDatabase;
  let service: FakeService;
  let app: TestApp;
  let origin: string;
  let token: string;
  let dead: string;

  beforeAll(async () => {
    database = await createDatabase(kind);
    service = await FakeService.start(respond(422));
    app = await createTestApp({
      database: database.url,
      variables: {
        METRICS: 'on',
        METRICS_PORT: '0',
        OUTBOX_CONSOLE: 'on',
        NOTIFICATION_SERVICE_URL: service.url,
      },
    });
    origin = served(app);
    const { tokens } = await signedIn(app);
    token = tokens.access_token;
    await grant(token);
  });
  afterAll(async () => {
    await app.close();
    await service.stop();
    await database.destroy();
  });
  beforeEach(async () => {
    service.behaviour = respond(422);
    dead = await deadMessage();
  });

  async function deadMessage(): Promise<string> {
    const before = new Set((await list('?state=dead')).map(({ id }) => id));
    await activeAccount(app);
    const found = async () => (await list('?state=dead')).find(({ id }) => !before.has(id));
    await until('its message is dead', async () => (await found()) !== undefined);
    return (await found())?.id ?? '';
  }

  const grant = (accessToken: string, permission = 'outbox:operate') =>
    app.get(PermissionRepository).grant(String(claimsOf(accessToken)['sub']), permission, Date.now());
  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`${origin}${path}`, { redirect: 'manual', ...init });
  const json = async (path: string, init: RequestInit = {}) => {
    const response = await ask(path, { headers: bearer(token), ...init });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const list = async (query: string) => (await json(`/outbox/${query}`)).body['messages'] as Listed[];
  const post = (path: string) => json(path, { method: 'POST', headers: bearer(token) });
  /** As a browser sends it from the console, unless other headers say otherwise. */
  const submit = (path: string, headers: Record<string, string> = {}, fields: Record<string, string> = {}) =>
    ask(path, {
      method: 'POST',
      headers: { Accept: 'text/html', Origin: origin, 'Sec-Fetch-Site': 'same-origin', ...headers },
      body: new URLSearchParams(fields),
    });
  const signInByForm = async () => {
    const response = await submit('/outbox/sign-in', {}, { token: ` ${token}\n` });
    return { response, cookie: response.headers.get('set-cookie') ?? '' };
  };
  const page = async (path: string, cookie: string) => {
    const response = await ask(path, { headers: { Accept: 'text/html', Cookie: cookie } });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };

  it('shows the states, the messages and every attempt, without their content', async () => {
    const { status, body } = await json('/outbox/');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: { messages: { dead: expect.any(Number), done: expect.any(Number) } },
    });
    expect(await list('?state=dead&limit=1')).toHaveLength(1);
    const shown = await json(`/outbox/${dead}`);
    expect(shown.body).toMatchObject({
      id: dead,
      state: 'dead',
      attemptsMade: [{ number: 1, outcome: 'dead', status: 422 }],
    });
    expect(JSON.stringify([body, shown])).not.toMatch(/payload|@example|password/);
  });

  it('retries a dead message under its id, and discards one', async () => {
    service.behaviour = respond(200);
    expect(await post(`/outbox/${dead}/retry`)).toEqual({ status: 200, body: { id: dead, retried: true } });
    await until('it is delivered', async () => (await json(`/outbox/${dead}`)).body['state'] === 'done');
    expect(await post(`/outbox/${dead}/discard`)).toMatchObject({
      status: 409,
      body: { detail: `Message ${dead} is done: only dead and pending messages can be discarded.` },
    });
    service.behaviour = respond(422);
    const other = await deadMessage();
    expect((await post(`/outbox/${other}/discard`)).body).toEqual({ id: other, discarded: true });
    expect(app.logText()).toContain(
      `Message ${dead} is retried by account ${String(claimsOf(token)['sub'])}`,
    );
  });

  it('refuses callers without a token, a live session or the permission, and changes nothing', async () => {
    const stranger = await signedIn(app);
    await grant(stranger.tokens.access_token, 'outbox:read');
    const former = await signedIn(app);
    await grant(former.tokens.access_token);
    await app.send('/session/', { method: 'DELETE', headers: former.headers });
    for (const [headers, status] of [
      [{}, 401],
      [bearer('x'), 401],
      [former.headers, 401],
      [stranger.headers, 403],
    ] as const)
      for (const [method, path] of [
        ['GET', '/outbox/'],
        ['GET', `/outbox/${dead}`],
        ['POST', `/outbox/${dead}/retry`],
        ['POST', `/outbox/${dead}/discard`],
      ] as const) {
        const refused = await ask(path, { method, headers });
        expect([path, refused.status, refused.headers.get('www-authenticate')]).toEqual([
          path,
          status,
          expect.stringMatching(/^Bearer/),
        ]);
      }
    expect((await json(`/outbox/${dead}`)).body['state']).toBe('dead');
  });

  it('answers 404 for an unknown message and 400 for a query that it does not know', async () => {
    expect(await json('/outbox/unknown')).toMatchObject({
      status: 404,
      body: { status_code: 404, detail: 'There is no message unknown.' },
    });
    expect((await post('/outbox/unknown/retry')).status).toBe(404);
    expect((await post(`/outbox/${dead}/deliver`)).status).toBe(404);
    for (const [query, detail] of [
      ['?state=lost', 'state must be one of: pending, leased, done, dead, discarded'],
      ['?limit=0', 'limit must be a whole number from 1 to 10000'],
      ['?page=2', 'page is not one of: state, limit, topic, consumer, newest'],
      ['?limit=1&limit=2', 'limit is given twice'],
      ['?newest=1', 'newest must be true'],
    ])
      expect(await json(`/outbox/${query}`)).toMatchObject({ status: 400, body: { detail } });
  });

  it('keeps the token of a browser in a cookie that no script and no other site can use', async () => {
    const { response, cookie } = await signInByForm();
    expect([response.status, response.headers.get('location')]).toEqual([303, '/outbox/']);
    for (const part of ['__Host-outbox=', 'HttpOnly', 'Secure', 'SameSite=Strict', 'Path=/'])
      expect(cookie).toContain(part);
    const { status, headers, text } = await page('/outbox/', cookie);
    expect([status, headers.get('cache-control')]).toEqual([200, 'no-store']);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(text).toContain(dead);
    expect(text).not.toMatch(/<script|@example/);
    expect((await submit('/outbox/sign-out', { Cookie: cookie })).headers.get('set-cookie')).toMatch(
      /__Host-outbox=;.*1970/,
    );
  });

  it('shows the form to sign in to an account without the permission', async () => {
    expect(await page('/outbox/', '')).toMatchObject({
      status: 401,
      text: expect.stringContaining('name="token"'),
    });
    expect(await page('/outbox/', '__Host-outbox=x')).toMatchObject({
      status: 401,
      text: expect.stringContaining('not valid, or no longer'),
    });
    const { tokens } = await signedIn(app);
    const refused = await submit('/outbox/sign-in', {}, { token: tokens.access_token });
    expect([refused.status, refused.headers.get('set-cookie')]).toEqual([403, null]);
    expect(await refused.text()).toContain('lacks the permission outbox:operate');
  });

  it.each([
    ['another site', { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' }],
    ['another port of this host', { Origin: 'http://127.0.0.1:1', 'Sec-Fetch-Site': 'same-site' }],
    ['a page that hides its origin', { Origin: 'null', 'Sec-Fetch-Site': 'same-origin' }],
  ])('refuses a form of %s, although the browser sends the cookie', async (_, headers) => {
    const { cookie } = await signInByForm();
    for (const path of [`/outbox/${dead}/retry`, `/outbox/${dead}/discard`, '/outbox/sign-in'])
      expect((await submit(path, { ...headers, Cookie: cookie }, { token })).status).toBe(403);
    expect((await json(`/outbox/${dead}`)).body['state']).toBe('dead');
  });

  it('shows a consumer that is held back, and every text as text', async () => {
    const source = app.get(DataSource);
    const now = Date.now();
    await source.getRepository(OutboxConsumer).insert({
      owner: 'elsewhere',
      topic: 'parcel.sent#mail',
      seenAt: now,
      heldSince: now - 120_000,
      probeAt: now + 3_600_000,
      reason: '<i>down</i>',
    });
    await source.getRepository(OutboxMessage).update({ id: dead }, { lastError: `<script>'"&` });
    const { cookie } = await signInByForm();
    for (const path of ['/outbox/', `/outbox/${dead}`]) {
      const { text } = await page(path, cookie);
      expect(text).toContain('&lt;script&gt;&#39;&quot;&amp;');
      expect(text).not.toContain('<script');
    }
    const { text } = await page('/outbox/?state=dead&topic=%22%3E', cookie);
    expect(text).toMatch(/parcel\.sent#mail is held back for 2 min, .*\s.*\(&lt;i&gt;down&lt;\/i&gt;\)/);
    expect(text).toContain('value="&quot;&gt;"');
  });
});

describe('The port of the metrics', () => {
  it.each([{}, { OUTBOX_CONSOLE: 'off' }])('has no console with %j', async (variables) => {
    const database = await createDatabase('sqlite');
    const app = await createTestApp({
      database: database.url,
      variables: { METRICS: 'on', METRICS_PORT: '0', ...variables },
    });
    const [, origin = ''] = /Metrics (http:\S+?)\/metrics/.exec(app.logText()) ?? [];
    expect((await fetch(`${origin}/metrics`)).status).toBe(200);
    expect((await fetch(`${origin}/outbox/`)).status).toBe(404);
    await app.close();
    await database.destroy();
  });
});
