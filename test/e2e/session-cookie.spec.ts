/**
 * The cookie of SESSION_COOKIE=on, over HTTP.
 * Real: the app, the databases, Argon2id (with little memory), sockets. Fake: the browser, whose headers are written here;
 * the notification service is out of reach.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { DocumentedApi } from '../support/documented-api.js';
import { expectEnvelope } from '../support/envelopes.js';
import { MovedClock } from '../support/moved-clock.js';
import { activeAccount, bearer, bodyOf, refresh, signedIn, statusOf } from '../support/sessions.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp, TestResponse } from '../support/test-app.js';
import { useDatabase } from '../support/use-database.js';

const listed = 'https://app.example.com';
const name = '__Host-refresh';

/** The cookie that a response sets, with its attributes in lower case. */
function setCookie({ headers }: TestResponse) {
  const [line, ...others] = headers.getSetCookie().filter((one) => one.startsWith(`${name}=`));
  if (line === undefined) return undefined;
  expect(others).toEqual([]);
  const [pair = '', ...attributes] = line.split('; ');
  return {
    value: pair.slice(name.length + 1),
    attributes: attributes.map((each) => each.toLowerCase()).sort(),
  };
}

describe.each(databaseKinds)('The cookie of a session on %s', (kind) => {
  const database = useDatabase(kind);
  let app: TestApp;
  beforeAll(async () => {
    app = await createTestApp({
      database: database.url,
      variables: { SESSION_COOKIE: 'on', CORS_ORIGINS: listed },
    });
  });
  afterAll(() => app.close());

  const withCookie = (token: string, headers: Record<string, string> = {}) => ({
    Cookie: `theme=dark; ${name}=${token}; other=1`,
    ...headers,
  });
  const ours = () => ({ Origin: app.url });
  const refreshByCookie = (token: string, headers: Record<string, string>, body?: unknown) =>
    app.send('/session/refresh/', {
      method: 'POST',
      headers: {
        ...withCookie(token, headers),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  const signOut = (headers: Record<string, string>) => app.send('/session/', { method: 'DELETE', headers });

  it('is set by a sign-in and by each refresh: for this host, out of reach of scripts and of other sites', async () => {
    const first = await app.post('/session/', await activeAccount(app));
    const tokens = bodyOf(first);
    const next = await refresh(app, tokens.refresh_token);
    for (const response of [first, next, await refreshByCookie(bodyOf(next).refresh_token, ours())]) {
      const { value, attributes } = setCookie(response)!;
      expect(value).toBe(bodyOf(response).refresh_token);
      expect(attributes).toEqual([
        expect.stringMatching(/^expires=/),
        'httponly',
        'max-age=2592000',
        'path=/',
        'samesite=strict',
        'secure',
      ]);
    }
  });

  it.each([
    ['our own page', () => ours(), undefined],
    ['our own page, with an empty body', () => ours(), {}],
    ['a page of a listed origin', () => ({ Origin: listed }), undefined],
    [
      'a page of a listed origin of another site',
      () => ({ Origin: listed, 'Sec-Fetch-Site': 'cross-site' }),
      {},
    ],
  ])('refreshes for %s without a token in the body', async (_page, headers, body) => {
    const { tokens } = await signedIn(app);
    const refreshed = await refreshByCookie(tokens.refresh_token, headers(), body);

    expect(bodyOf(refreshed).session_id).toBe(tokens.session_id);
    expect(bodyOf(await refreshByCookie(setCookie(refreshed)!.value, headers(), body)).session_id).toBe(
      tokens.session_id,
    );
    expect(await statusOf(app, bodyOf(refreshed).access_token)).toBe(200);
  });

  it.each([
    ['no Origin', {}],
    ['no Origin, though the browser calls it same-origin', { 'Sec-Fetch-Site': 'same-origin' }],
    ['the Origin null', { Origin: 'null' }],
    ['an Origin of elsewhere', { Origin: 'https://evil.example.com' }],
    ['an Origin of another port', { Origin: 'http://127.0.0.1:1' }],
    ['an Origin of elsewhere with another case', { Origin: `${listed}.evil.example.com` }],
  ])('is refused with %s by 403, and nothing is spent or ended', async (_what, headers) => {
    const { tokens } = await signedIn(app);
    for (const refused of [
      await refreshByCookie(tokens.refresh_token, headers),
      await refreshByCookie(tokens.refresh_token, headers, {}),
      await refreshByCookie(tokens.refresh_token, headers, { unknown: 1 }),
      await signOut(withCookie(tokens.refresh_token, headers)),
    ]) {
      expect(refused.status).toBe(403);
      expect(JSON.parse(refused.text)).toMatchObject({ status_code: 403, error: 'HTTPException' });
      expect(setCookie(refused)).toBeUndefined();
    }
    expect(await statusOf(app, tokens.access_token)).toBe(200);
    const clock = new MovedClock();
    try {
      // If it had been used, it could not be used again.
      clock.move(31_000);
      const refreshed = await refreshByCookie(tokens.refresh_token, ours());
      expect(bodyOf(refreshed).session_id).toBe(tokens.session_id);
    } finally {
      clock.restore();
    }
  });

  it('signs out by itself for one of our pages, and is sent back expired', async () => {
    for (const headers of [ours(), { Origin: listed }]) {
      const { tokens } = await signedIn(app);
      const signedOut = await signOut(withCookie(tokens.refresh_token, headers));

      expect([signedOut.status, signedOut.text]).toEqual([204, '']);
      const { value, attributes } = setCookie(signedOut)!;
      expect(value).toBe('');
      expect(attributes).toEqual([
        'expires=thu, 01 jan 1970 00:00:00 gmt',
        'httponly',
        'path=/',
        'samesite=strict',
        'secure',
      ]);
      expect(await statusOf(app, tokens.access_token)).toBe(401);
      expectEnvelope(await refresh(app, tokens.refresh_token), 401, 'Unauthorized');
      expectEnvelope(await signOut(withCookie(tokens.refresh_token, headers)), 401, 'Unauthorized');
    }
  });

  it('is refused once its session has ended, by a deactivation too', async () => {
    const [deactivated, ended] = [await signedIn(app), await signedIn(app)];
    await app.post('/user/deactivate/', deactivated.account);
    await app.send('/session/', { method: 'DELETE', headers: ended.headers });
    for (const { tokens } of [deactivated, ended]) {
      expect((await refreshByCookie(tokens.refresh_token, ours())).status).toBe(401);
      expect((await signOut(withCookie(tokens.refresh_token, ours()))).status).toBe(401);
    }
  });

  it('is sent back expired by a sign-out with an access token, which needs no Origin', async () => {
    for (const path of ['/session/', '/session/all/']) {
      const { tokens } = await signedIn(app);
      const signedOut = await app.send(path, { method: 'DELETE', headers: bearer(tokens.access_token) });

      expect(signedOut.status).toBe(204);
      expect(setCookie(signedOut)).toMatchObject({ value: '' });
      expect(await statusOf(app, tokens.access_token)).toBe(401);
    }
  });

  it('gives access to no other route', async () => {
    const { tokens } = await signedIn(app);
    const { paths } = JSON.parse((await app.send('/schema/')).text) as {
      paths: Record<string, Record<string, { security?: Record<string, string[]>[] }>>;
    };
    const guarded = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item)
        .filter(([, { security }]) => security?.length)
        .map(([method]) => [method.toUpperCase(), path] as const),
    );
    const others = guarded.filter(([method, path]) => `${method} ${path}` !== 'DELETE /session/');
    expect(others.length).toBe(guarded.length - 1);
    for (const [method, path] of others) {
      const { status } = await app.send(path.replace('{id}', tokens.session_id), {
        method,
        headers: { ...withCookie(tokens.refresh_token, ours()), 'Content-Type': 'application/json' },
        ...(method === 'POST' && { body: '{}' }),
      });
      expect([method, path, status]).toEqual([method, path, 401]);
    }
    expect(await statusOf(app, tokens.access_token)).toBe(200);
  });

  it('does not sign out where an access token is sent that is not valid', async () => {
    const { tokens } = await signedIn(app);
    const refused = await signOut(withCookie(tokens.refresh_token, { ...ours(), Authorization: 'Bearer x' }));

    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"');
    expect(await statusOf(app, tokens.access_token)).toBe(200);
  });

  it('requires no Origin of clients that send the token in the body', async () => {
    const { tokens } = await signedIn(app);
    const next = bodyOf(await refresh(app, tokens.refresh_token));
    const other = await signedIn(app);

    expect(next.session_id).toBe(tokens.session_id);
    // The body wins over the cookie.
    const response = await refreshByCookie(
      other.tokens.refresh_token,
      {},
      { refresh_token: next.refresh_token },
    );
    expect(bodyOf(response).session_id).toBe(tokens.session_id);
    expect((await app.post('/session/refresh/', {})).status).toBe(400);
    expect((await app.send('/session/refresh/', { method: 'POST' })).status).toBe(400);
  });

  it.each(['', 'x', 'x'.repeat(300), '%00', 'é'])(
    'with the value %j is refused as a token is',
    async (value) => {
      const encoded = Buffer.from(value).toString('latin1');
      expect([400, 401]).toContain((await refreshByCookie(encoded, ours())).status);
      expect((await signOut(withCookie(encoded, ours()))).status).toBe(401);
    },
  );

  it('is exchanged for the same one by two tabs at once', async () => {
    const { tokens } = await signedIn(app);
    const [one, other] = await Promise.all([1, 2].map(() => refreshByCookie(tokens.refresh_token, ours())));

    expect(setCookie(one!)!.value).toBe(setCookie(other!)!.value);
  });

  it('is described: the scheme, the two operations that take it, and where it is set', async () => {
    const api = await DocumentedApi.of(app);
    const { paths, components } = api.document;
    const header = (path: string, method: 'post' | 'delete', status: string) =>
      (paths[path]?.[method]?.responses[status] as { headers?: object } | undefined)?.headers;

    expect(components?.securitySchemes).toMatchObject({
      refreshCookie: { type: 'apiKey', in: 'cookie', name },
    });
    expect(paths['/session/']?.delete?.security).toEqual([{ bearer: [] }, { refreshCookie: [] }]);
    expect(paths['/session/refresh/']?.post).not.toHaveProperty('security');
    expect(paths['/session/refresh/']?.post).toMatchObject({
      parameters: expect.arrayContaining([expect.objectContaining({ in: 'cookie', name, required: false })]),
      requestBody: { required: false },
    });
    for (const [path, method, status] of [
      ['/session/', 'post', '200'],
      ['/session/refresh/', 'post', '200'],
      ['/session/', 'delete', '204'],
      ['/session/all/', 'delete', '204'],
    ] as const)
      expect([path, header(path, method, status)]).toEqual([
        path,
        expect.objectContaining({
          'Set-Cookie': { description: expect.any(String), schema: { type: 'string' } },
        }),
      ]);
    expect(header('/user/signin/', 'post', '200') ?? {}).not.toHaveProperty('Set-Cookie');

    const { tokens } = await signedIn(app);
    api.check('POST', '/session/refresh/', await refreshByCookie(tokens.refresh_token, {}));
    const refreshed = await refreshByCookie(tokens.refresh_token, ours());
    api.check('POST', '/session/refresh/', refreshed);
    api.check('DELETE', '/session/', await signOut(withCookie(tokens.refresh_token)));
    api.check('DELETE', '/session/', await signOut(withCookie(tokens.refresh_token, ours())));
  });
});

describe('The setting SESSION_COOKIE', () => {
  async function started(variables: Record<string, string>) {
    const database = await createDatabase('sqlite');
    const app = await createTestApp({ database: database.url, variables });
    return {
      app,
      stop: async () => {
        await app.close();
        await database.destroy();
      },
    };
  }

  it('sets the cookie at POST /user/signin/ too, when that returns tokens', async () => {
    const { app, stop } = await started({ SESSION_COOKIE: 'on', SIGN_IN: 'token' });
    try {
      const response = await app.post('/user/signin/', await activeAccount(app));
      expect(setCookie(response)).toMatchObject({ value: bodyOf(response).refresh_token });
      const { paths } = JSON.parse((await app.send('/schema/')).text);
      expect(paths['/user/signin/'].post.responses['200'].headers).toHaveProperty('Set-Cookie');
    } finally {
      await stop();
    }
  });

  it('sets no cookie at a sign-in that returns the user', async () => {
    const { app, stop } = await started({ SESSION_COOKIE: 'on' });
    try {
      expect(setCookie(await app.post('/user/signin/', await activeAccount(app)))).toBeUndefined();
    } finally {
      await stop();
    }
  });

  it('is off by default: no cookie is set, none is taken, and none is described', async () => {
    const { app, stop } = await started({ CORS_ORIGINS: listed });
    try {
      const first = await app.post('/session/', await activeAccount(app));
      const tokens = bodyOf(first);
      const headers = { Cookie: `${name}=${tokens.refresh_token}`, Origin: app.url };
      expect(setCookie(first)).toBeUndefined();
      expect((await app.send('/session/refresh/', { method: 'POST', headers })).status).toBe(400);
      expect((await app.send('/session/', { method: 'DELETE', headers })).status).toBe(401);
      const signedOut = await app.send('/session/', {
        method: 'DELETE',
        headers: bearer(tokens.access_token),
      });
      expect([signedOut.status, setCookie(signedOut)]).toEqual([204, undefined]);
      expect((await app.send('/schema/')).text).not.toContain(name);
    } finally {
      await stop();
    }
  });
});
