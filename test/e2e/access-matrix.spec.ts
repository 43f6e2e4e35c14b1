/**
 * Every route that needs a caller, against everything that is not one. The routes are read from the program itself, so a
 * new one is tested as soon as it exists.
 * Real: the app, the databases, sockets. Fake: the clock, for tokens that expire.
 */
import { generateKeyPairSync, sign } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { OpenAPIObject } from '@nestjs/swagger';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { MovedClock } from '../support/moved-clock.js';
import { bearer, claimsOf, signedIn } from '../support/sessions.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

describe.each(databaseKinds)('A route that needs a caller, on %s,', (kind) => {
  let database: TestDatabase;
  let app: TestApp;
  let guarded: [method: string, path: string][];
  let refused: Record<string, Record<string, string>>;

  beforeAll(async () => {
    database = await createDatabase(kind);
    app = await createTestApp({ database: database.url });
    const { paths } = JSON.parse((await app.send('/schema/')).text) as OpenAPIObject;
    guarded = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, { security?: object[] }>).flatMap(
        ([method, { security }]): [string, string][] =>
          security?.length ? [[method.toUpperCase(), path]] : [],
      ),
    );
    refused = await callersWithoutAccess();
  });
  afterAll(async () => {
    await app.close();
    await database.destroy();
  });

  async function callersWithoutAccess() {
    const clock = new MovedClock();
    clock.move(-11 * 60_000);
    const expired = await signedIn(app);
    clock.restore();
    const [deactivated, ended, good] = [await signedIn(app), await signedIn(app), await signedIn(app)];
    await app.post('/user/deactivate/', deactivated.account);
    await app.send('/session/', { method: 'DELETE', headers: ended.headers });
    const token = good.tokens.access_token;
    const [header = '', payload = ''] = token.split('.');
    const signature = sign(
      null,
      Buffer.from(`${header}.${payload}`),
      generateKeyPairSync('ed25519').privateKey,
    );
    expect((await app.send('/user/me/', { headers: good.headers })).status).toBe(200);
    return {
      'no token': {},
      deactivated: deactivated.headers,
      'session ended': ended.headers,
      expired: expired.headers,
      altered: bearer(
        `${header}.${encode({ ...claimsOf(token), permissions: ['session:introspect'] })}.${token.split('.')[2]}`,
      ),
      'another key': bearer(`${header}.${payload}.${signature.toString('base64url')}`),
      'the alg none': bearer(`${encode({ alg: 'none', typ: 'at+jwt' })}.${payload}.`),
    };
  }

  it('is in the document with its security', () => {
    expect(guarded).toEqual(
      expect.arrayContaining([
        ['GET', '/user/me/'],
        ['GET', '/session/'],
        ['DELETE', '/session/'],
        ['DELETE', '/session/all/'],
        ['DELETE', '/session/{id}/'],
        ['POST', '/session/introspect/'],
      ]),
    );
  });

  it('differs from open routes, which have no security and need no token', async () => {
    const { paths, security, components } = JSON.parse((await app.send('/schema/')).text) as OpenAPIObject;
    expect([security, Object.keys(components?.securitySchemes ?? {})]).toEqual([[], ['bearer']]);
    const open = Object.entries(paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, { security?: object[] }>)
        .filter(([method]) => !guarded.some((one) => one[0] === method.toUpperCase() && one[1] === path))
        .map(([method, operation]) => [method.toUpperCase(), path, operation] as const),
    );
    expect(open.length).toBeGreaterThan(5);
    for (const [method, path, operation] of open) {
      const { status } = await app.send(path, { method });
      expect([method, path, operation.security, status === 401]).toEqual([method, path, undefined, false]);
    }
  });

  it('accepts none of them', async () => {
    const accepted: string[] = [];
    for (const [method, path] of guarded)
      for (const [who, headers] of Object.entries(refused)) {
        const { status } = await app.send(path.replace(/\{\w+\}/g, 'x'), {
          method,
          headers: { 'Content-Type': 'application/json', ...headers },
        });
        if (status !== 401) accepted.push(`${method} ${path} with ${who}: ${status}`);
      }

    expect(accepted).toEqual([]);
  });
});
