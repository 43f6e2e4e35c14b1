/**
 * Access tokens that must be refused, each for its own reason, and the keys of valid ones.
 * Real: the app, the databases, sockets; jose, which knows nothing of ours, as the verifier of another service. Fake: the
 * clock, where a test moves it; the notification service is out of reach.
 */
import { execFile } from 'node:child_process';
import { createHmac, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose';
import { readSettings } from '../../src/config/settings.js';
import {
  PermissionRepository,
  SessionWorker,
  SigningKeys,
  signingKeysOf,
} from '../../src/modules/session/index.js';
import { withTables } from '../support/move-databases.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { MovedClock } from '../support/moved-clock.js';
import { bearer, bodyOf, claimsOf, refresh, signedIn, signIn, statusOf } from '../support/sessions.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { useDatabase } from '../support/use-database.js';

type Json = Record<string, unknown>;

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = (header: Json, claims: Json, key: KeyObject) => {
  const text = `${encode(header)}.${encode(claims)}`;
  return `${text}.${sign(null, Buffer.from(text), key).toString('base64url')}`;
};

describe.each(databaseKinds)('An access token on %s', (kind) => {
  const database = useDatabase(kind);
  let app: TestApp;
  let clock: MovedClock;
  let key: KeyObject;
  /** A valid token, to be altered. */
  let header: Json;
  let claims: Json;
  let good: string;

  beforeAll(async () => {
    app = await createTestApp({ database: database.url });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    clock = new MovedClock();
    ({
      tokens: { access_token: good },
    } = await signedIn(app));
    header = decodeProtectedHeader(good);
    claims = claimsOf(good);
    ({ privateKey: key } = await app.get(SigningKeys).signer());
  });
  afterEach(() => clock.restore());

  const jwks = async () => JSON.parse((await app.send('/.well-known/jwks.json')).text) as { keys: Json[] };
  const now = () => Math.floor(Date.now() / 1_000);
  const expectRefused = async (token: string) => {
    const response = await app.send('/user/me/', { headers: bearer(token) });
    expect([response.status, response.headers.get('www-authenticate')]).toEqual([
      401,
      'Bearer error="invalid_token"',
    ]);
    return response;
  };

  it('is accepted when it is signed with our own key and otherwise unchanged, so each of the others fails for its own reason', async () => {
    expect(await statusOf(app, signed(header, claims, key))).toBe(200);
  });

  const spoilt: readonly (readonly [string, () => string | Promise<string>])[] = [
    ['with the alg none', () => `${encode({ ...header, alg: 'none' })}.${encode(claims)}.`],
    ['with the alg none and a signature', () => signed({ ...header, alg: 'none' }, claims, key)],
    [
      'with HS256, signed with the public key',
      async () => {
        const text = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`;
        const [{ x = '' } = {}] = (await jwks()).keys.filter(({ kid }) => kid === header['kid']);
        const mac = createHmac('sha256', Buffer.from(String(x), 'base64url')).update(text);
        return `${text}.${mac.digest('base64url')}`;
      },
    ],
    ['with another alg', () => signed({ ...header, alg: 'Ed448' }, claims, key)],
    ['of another typ', () => signed({ ...header, typ: 'JWT' }, claims, key)],
    ['of no typ', () => signed({ ...header, typ: undefined }, claims, key)],
    ['of an unknown kid', () => signed({ ...header, kid: 'abcdef0123456789' }, claims, key)],
    ['of a kid that no database can be asked for', () => signed({ ...header, kid: 'a\0b' }, claims, key)],
    ['of no kid', () => signed({ ...header, kid: undefined }, claims, key)],
    ['with an extension that we do not know', () => signed({ ...header, crit: ['b64'] }, claims, key)],
    ['of another issuer', () => signed(header, { ...claims, iss: 'https://example.com' }, key)],
    ['for another audience', () => signed(header, { ...claims, aud: 'https://example.com' }, key)],
    ['that has expired', () => signed(header, { ...claims, exp: now() - 1 }, key)],
    ['that expires this second', () => signed(header, { ...claims, exp: now() }, key)],
    ['that never expires', () => signed(header, { ...claims, exp: undefined }, key)],
    ['that is not valid for another minute', () => signed(header, { ...claims, iat: now() + 60 }, key)],
    ['of another session', () => signed(header, { ...claims, sid: randomUUID() }, key)],
    ['of another account', () => signed(header, { ...claims, sub: randomUUID() }, key)],
    ['signed by another key', () => signed(header, claims, generateKeyPairSync('ed25519').privateKey)],
    ['without its signature', () => good.slice(0, good.lastIndexOf('.') + 1)],
    [
      'with claims of its own',
      () => good.replace(/\.[^.]+\./, `.${encode({ ...claims, permissions: ['x'] })}.`),
    ],
    ['that is oversized', () => signed(header, { ...claims, more: 'x'.repeat(4_000) }, key)],
    ['that is no JWT', () => 'hello'],
    ['that has a part too many', () => `${good}.x`],
    ['that is not JSON', () => 'e30x.e30x.e30x'],
    ['that is a list', () => `${encode([])}.${encode([])}.x`],
  ];

  it.each(spoilt)('%s is refused', async (_what, spoil) => {
    await expectRefused(await spoil());
  });

  it('is refused with any single character altered, also after it was accepted', async () => {
    expect(await statusOf(app, good)).toBe(200);
    const places = [...good].flatMap((character, place) => (character === '.' ? [] : [place]));
    const last = good.length - 1;
    for (const place of [...places.filter((_, nth) => nth % 37 === 0), last]) {
      const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
      const others = place === last ? [...alphabet] : [good[place] === 'A' ? 'B' : 'A'];
      for (const other of others.filter((character) => character !== good[place]))
        await expectRefused(good.slice(0, place) + other + good.slice(place + 1));
    }
  });

  it('is accepted from a clock that is less than 30 seconds ahead of ours', async () => {
    expect(await statusOf(app, signed(header, { ...claims, iat: now() + 29 }, key))).toBe(200);
    await expectRefused(signed(header, { ...claims, iat: now() + 32 }, key));
  });

  it('expires after the announced time', async () => {
    clock.move(598_000);
    expect(await statusOf(app, good)).toBe(200);
    clock.move(3_000);
    await expectRefused(good);
  });

  it('must be sent as Bearer; without a token the challenge names no error', async () => {
    const challenge = async (authorization?: string) => {
      const response = await app.send(
        '/user/me/',
        authorization === undefined ? {} : { headers: { authorization } },
      );
      return [response.status, response.headers.get('www-authenticate')];
    };
    expect(await challenge()).toEqual([401, 'Bearer']);
    for (const other of ['Basic am9obg==', good, 'Bearer', 'Bearer a b'])
      expect((await challenge(other))[0]).toBe(401);
    expect((await challenge(`bearer ${good}`))[0]).toBe(200);
  });

  it('is never logged, even when it is refused', async () => {
    const token = signed({ ...header, typ: 'JWT' }, claims, key);
    await expectRefused(token);
    expect(app.logText()).not.toContain(token);
  });

  describe('verified by jose, with the keys that we publish', () => {
    const verifier = () =>
      createRemoteJWKSet(new URL(`${app.url}/.well-known/jwks.json`), { cooldownDuration: 0 });
    const verify = (token: string, keys = verifier()) =>
      jwtVerify(token, keys, {
        issuer: String(claims['iss']),
        audience: String(claims['aud']),
        typ: 'at+jwt',
        algorithms: ['EdDSA'],
      });

    it('is valid', async () => {
      expect((await verify(good)).payload).toEqual(claims);
    });

    it('is verified by the code of the guide, in another service', async () => {
      const guide = await readFile('docs/guide/access.md', 'utf8');
      const [, code = ''] = /```js\n([\s\S]+?)```/.exec(guide) ?? [];
      const folder = await mkdtemp(join(tmpdir(), 'other-service-'));
      try {
        await symlink(resolve('node_modules'), join(folder, 'node_modules'));
        await writeFile(join(folder, 'caller.mjs'), code);
        const main = `import { callerOf } from './caller.mjs';
          for (const token of process.argv.slice(2))
            console.log(JSON.stringify(await callerOf(token).catch(({ code }) => code)));`;
        await writeFile(join(folder, 'main.mjs'), main);
        const { stdout } = await promisify(execFile)(
          process.execPath,
          [join(folder, 'main.mjs'), good, `${good.slice(0, -20)}${'A'.repeat(20)}`],
          { env: { ACCOUNTS_URL: String(claims['iss']), ACCOUNTS_INTERNAL_URL: app.url } },
        );
        expect(
          stdout
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line)),
        ).toEqual([{ id: claims['sub'], permissions: [] }, 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED']);
      } finally {
        await rm(folder, { recursive: true });
      }
    });

    it('fits into 4 KiB with the maximum number and length of permissions', async () => {
      const { account } = await signedIn(app);
      const { id } = bodyOf<{ id: string }>(await app.post('/user/signin/', account));
      const grant = (name: string) =>
        app.get(SessionWorker).run(({ permission }) => permission.grant(id, name, Date.now()));
      for (let nth = 1; nth <= 100; nth++) await grant(`product:${nth}`);
      await expect(grant('product:101')).rejects.toThrow(/at most 100/);
      const { access_token: token } = await signIn(app, account);
      expect((await verify(token)).payload['permissions']).toHaveLength(100);

      await app.get(PermissionRepository).drop({ accountId: id });
      let granted = 0;
      for (; granted < 100; granted++)
        if (!(await grant(`${'x'.repeat(97)}${granted}`).catch(() => false))) break;
      expect(granted).toBeGreaterThan(20);
      const long = await signIn(app, account);
      expect(long.access_token.length).toBeLessThanOrEqual(4_096);
      expect((await verify(long.access_token)).payload['permissions']).toHaveLength(granted);
      expect(await statusOf(app, long.access_token)).toBe(200);
    });

    it('is valid before and after a rotation, because the new key was published before', async () => {
      const keys = verifier();
      const before = await jwks();
      await app.get(SigningKeys).rotate();
      const { tokens } = await signedIn(app);
      const { kid } = decodeProtectedHeader(tokens.access_token);
      expect(kid).not.toBe(header['kid']);
      expect(before.keys.map((one) => one['kid'])).toContain(kid);
      for (const token of [good, tokens.access_token]) {
        await verify(token, keys);
        expect(await statusOf(app, token)).toBe(200);
      }
    });

    it('finds the key of the last token only until that has expired', async () => {
      await app.get(SigningKeys).rotate();
      const kids = async () => (await jwks()).keys.map(({ kid }) => kid);
      clock.move(590_000);
      expect(await kids()).toContain(header['kid']);
      clock.move(120_000);
      expect(await kids()).not.toContain(header['kid']);
    });

    it('has keys without private parts, which may be cached for five minutes', async () => {
      const response = await app.send('/.well-known/jwks.json');
      expect(response.headers.get('cache-control')).toBe('public, max-age=300');
      for (const one of (await jwks()).keys) {
        expect(Object.keys(one).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x']);
        expect(one).toMatchObject({ alg: 'EdDSA', crv: 'Ed25519', kty: 'OKP', use: 'sig' });
      }
    });
  });

  it('of a revoked key is refused at once, and its session continues with the next key', async () => {
    const { tokens } = await signedIn(app);
    expect(await statusOf(app, tokens.access_token)).toBe(200);
    expect(await app.get(SigningKeys).revoke(String(decodeProtectedHeader(tokens.access_token).kid))).toBe(
      true,
    );
    await expectRefused(tokens.access_token);
    const renewed = bodyOf(await refresh(app, tokens.refresh_token));
    expect(await statusOf(app, renewed.access_token)).toBe(200);
  });
});

describe.each(databaseKinds)('The signing keys on %s', (kind) => {
  it('are published and verify without being decrypted', async () => {
    const database = await createDatabase(kind);
    try {
      const source = await withTables(database);
      const keysUnder = (secret: number) =>
        signingKeysOf(
          source,
          readSettings({
            DATABASE_URL: database.url,
            KEY_SECRET: Buffer.alloc(32, secret).toString('base64'),
          }),
        );
      const { keyId } = await keysUnder(1).signer();
      const other = keysUnder(2);
      expect((await other.published()).map(({ kid }) => kid)).toContain(keyId);
      expect(await other.publicKey(keyId)).toBeDefined();
      await expect(other.signer()).rejects.toThrow(/KEY_SECRET.*npm run keys -- rotate/);
      // Replaces keys that it cannot decrypt.
      await other.rotate();
      expect((await other.signer()).keyId).not.toBe(keyId);
    } finally {
      await database.destroy();
    }
  });

  it('are rotated after 90 days, once for all processes, to the key that was published before', async () => {
    const database = await createDatabase(kind);
    const clock = new MovedClock();
    try {
      const settings = readSettings({ DATABASE_URL: database.url });
      const one = signingKeysOf(await withTables(database), settings);
      const other = signingKeysOf(await database.connectWith(), settings);
      const kids = async (keys: SigningKeys) => new Set((await keys.published()).map(({ kid }) => kid));
      const first = (await one.signer()).keyId;
      const before = await kids(other);
      expect(before.size).toBe(2);
      const maintain = () => Promise.all([one.maintain(), other.maintain()]);

      clock.move(90 * 86_400_000 - 60_000);
      await maintain();
      expect(await kids(one)).toEqual(before);
      clock.move(120_000);
      await maintain();
      await maintain();
      expect([...(await kids(one))].filter((kid) => !before.has(kid))).toHaveLength(1);
      const { keyId } = await other.signer();
      expect([before.has(keyId), keyId === first]).toEqual([true, false]);
      expect((await one.signer()).keyId).toBe(keyId);
      expect(await kids(other)).toContain(first);
    } finally {
      clock.restore();
      await database.destroy();
    }
  });
});
