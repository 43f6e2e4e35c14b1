/**
 * Real: the hashes, made by the libraries that write them, the limiter, the settings. Those of Django and passlib were made
 * by Django 3.2.25 and passlib 1.7.4. Keycloak's, and those named `sha512$`, are made as their documents say.
 */
import { createHash, pbkdf2Sync, randomBytes } from 'node:crypto';
import { hashPassword as betterAuthHash } from '@better-auth/utils/password';
import { describe, expect, it } from '@jest/globals';
import { hash as argon2, hashRaw } from '@node-rs/argon2';
import bcrypt from 'bcrypt';
import { readSettings } from '../../../../config/settings.js';
import { HashLimiter } from '../hash-limiter.js';
import { UnreadableHashError } from '../password.errors.js';
import { Passwords } from '../passwords.service.js';
import { readImportableHash } from './importable-hash.js';

const plain = 'correct horse';
/** `Algorithm.Argon2i`, an enum that exists only for the compiler. */
const argon2i = 1;
const settings = readSettings({ PASSWORD_MEMORY_KIB: '64', PASSWORD_ITERATIONS: '1' });

class CountingLimiter extends HashLimiter {
  passed = 0;

  override run<Result>(hash: () => Promise<Result>, signal?: AbortSignal) {
    this.passed++;
    return super.run(hash, signal);
  }
}

function keycloak(algorithm: string, node: string, bytes: number) {
  const salt = randomBytes(16);
  return {
    type: 'password',
    secretData: JSON.stringify({
      value: pbkdf2Sync(plain, salt, 27_500, bytes, node).toString('base64'),
      salt: salt.toString('base64'),
      additionalParameters: {},
    }),
    credentialData: JSON.stringify({ hashIterations: 27_500, algorithm, additionalParameters: {} }),
  };
}

async function keycloakArgon2() {
  const salt = randomBytes(16);
  const options = { memoryCost: 7_168, timeCost: 5, parallelism: 1, outputLen: 32, salt };
  const value = (await hashRaw(plain, options)).toString('base64');
  const additionalParameters = {
    hashLength: ['32'],
    memory: ['7168'],
    type: ['id'],
    version: ['1.3'],
    parallelism: ['1'],
  };
  return {
    secretData: JSON.stringify({ value, salt: salt.toString('base64'), additionalParameters: {} }),
    credentialData: JSON.stringify({ hashIterations: 5, algorithm: 'argon2', additionalParameters }),
  };
}

const samples: readonly [string, () => unknown][] = [
  ['bcrypt 2b', () => bcrypt.hash(plain, 4)],
  ['bcrypt 2a', async () => bcrypt.hash(plain, await bcrypt.genSalt(5, 'a'))],
  ['bcrypt 2y, as PHP writes it', async () => (await bcrypt.hash(plain, 4)).replace('$2b$', '$2y$')],
  [
    'scrypt of passlib',
    () => '$scrypt$ln=14,r=8,p=1$R4iRsrZ2TgnBuJdS6l0LAQ$621HIvn3t/MB7fDKhpP5TSg5xHD2agHcRUv60YWBWq8',
  ],
  ['scrypt of better-auth', () => betterAuthHash(plain)],
  [
    'PBKDF2 of Django',
    () => 'pbkdf2_sha256$260000$OegIvsOdMdSzmAjQl65xvW$j47XHImkiIgQktnRGmqvEujeXLl5MH/qVm9W5lEDvLw=',
  ],
  [
    'PBKDF2 with SHA-1 of Django',
    () => 'pbkdf2_sha1$260000$CC91G2e9iMzivZFQoI1cxA$j12u4adUEPYUocnqDoD4k4Oli0A=',
  ],
  ['PBKDF2 of Keycloak', () => keycloak('pbkdf2-sha256', 'sha256', 64)],
  ['PBKDF2 with SHA-512 of Keycloak, as text', () => JSON.stringify(keycloak('pbkdf2-sha512', 'sha512', 64))],
  ['PBKDF2 with SHA-1 of Keycloak', () => keycloak('pbkdf2', 'sha1', 20)],
  ['Argon2id of Keycloak', () => keycloakArgon2()],
  ['Argon2i', () => argon2(plain, { algorithm: argon2i, memoryCost: 512, timeCost: 3 })],
  ['Argon2id', () => argon2(plain, { memoryCost: 1_024, timeCost: 2, parallelism: 2 })],
  [
    'salted SHA-512 of LDAP',
    () =>
      '{SSHA512}qKlRuNf2B6M6bgapvYf3fx5NPqtLblBmW0z5PWSpJDQcHwWP4uKVbFb1RDlYefZVoQ5DaQfsJMvRuqJSUO0Sob/3/l8LYSxF',
  ],
  [
    'salted SHA-512 in hexadecimal',
    () => `sha512$pepper$${createHash('sha512').update(`pepper${plain}`).digest('hex')}`,
  ],
];

describe('readImportableHash', () => {
  it.each(samples)('makes a hash one that Passwords check and replace: %s', async (name, make) => {
    const limiter = new CountingLimiter(settings);
    const passwords = new Passwords(settings, limiter);
    const { stored, isWeak } = readImportableHash(await make(), settings.password);
    expect(await passwords.verify(plain, stored)).toBe(true);
    expect(await passwords.verify('correct horsf', stored)).toBe(false);
    expect(limiter.passed).toBe(2);
    expect(passwords.needsRehash(stored)).toBe(true);
    expect(isWeak).toBe(name.includes('salted SHA'));
    expect(stored.length).toBeLessThanOrEqual(200);
  });

  it('takes the password of better-auth in NFKC, and every other as it was typed', async () => {
    const passwords = new Passwords(settings, new HashLimiter(settings));
    const [wide, narrow] = ['ｐａｓｓ', 'pass'];
    const { stored } = readImportableHash(await betterAuthHash(narrow), settings.password);
    expect(await passwords.verify(wide, stored)).toBe(true);
    expect(await passwords.verify(wide, await bcrypt.hash(narrow, 4))).toBe(false);
  });

  it('takes the first 72 bytes for bcrypt', async () => {
    const passwords = new Passwords(settings, new HashLimiter(settings));
    const long = 'x'.repeat(72);
    const stored = (await bcrypt.hash(`${long}y`, 4)).replace('$2b$', '$2a$');
    expect(await passwords.verify(long.repeat(3), stored)).toBe(true);
    expect(await passwords.verify(long.slice(1), stored)).toBe(false);
  });

  const [salt, digest] = ['c2FsdHNhbHRzYWx0c2FsdA', 'A'.repeat(43)];
  it.each([
    ['bcrypt of cost 31', `$2b$31$${'a'.repeat(53)}`, /more work/],
    ['bcrypt of cost 3', `$2b$03$${'a'.repeat(53)}`, /more work/],
    ['scrypt of 4 GiB', `$scrypt$ln=22,r=8,p=1$${salt}$${digest}`, /more work/],
    [
      'scrypt of a number too large to count',
      `$scrypt$ln=${'9'.repeat(60)},r=8,p=1$${salt}$${digest}`,
      /more work/,
    ],
    ['scrypt that OpenSSL refuses', `$scrypt$ln=16,r=1,p=1$${salt}$${digest}`, /more work/],
    ['scrypt with a million lanes', `$scrypt$ln=14,r=8,p=1000000$${salt}$${digest}`, /more work/],
    ['PBKDF2 of 10^9 rounds', `pbkdf2_sha256$1000000000$saltsalt$${digest}=`, /more work/],
    ['PBKDF2 of 10^40 rounds', `pbkdf2_sha256$${10n ** 40n}$saltsalt$${digest}=`, /more work/],
    ['PBKDF2 of no round', `pbkdf2_sha256$0$saltsalt$${digest}=`, /more work/],
    [
      'Keycloak of 10^9 rounds',
      {
        ...keycloak('pbkdf2-sha256', 'sha256', 32),
        credentialData: { hashIterations: 10 ** 9, algorithm: 'pbkdf2-sha256' },
      },
      /more work/,
    ],
    ['Argon2id of 4 GiB', `$argon2id$v=19$m=4194304,t=1,p=1$${salt}$${digest}`, /more work/],
    ['Argon2id of 10^9 passes', `$argon2id$v=19$m=64,t=1000000000,p=1$${salt}$${digest}`, /more work/],
    [
      'Argon2id of a pepper that is not here',
      `$argon2id$v=19$m=64,t=1,p=1,keyid=MjAyNg$${salt}$${digest}`,
      /its pepper 2026/,
    ],
    ['Argon2d', `$argon2d$v=19$m=64,t=1,p=1$${salt}$${digest}`, /no known format/],
    ['a digest of one byte', `pbkdf2_sha256$1000$saltsalt$QQ==`, /no known format/],
    ['a password in clear', plain, /A password in clear/],
    ['an unsalted digest', createHash('sha512').update(plain).digest('hex'), /no known format/],
    ['MD5', '$1$salt$qJH7.N4xYta3aEG/dfqo/0', /no known format/],
    ['another object', { hash: plain }, /no known format/],
    ['broken JSON', '{"secretData":', /no known format/],
    ['ten million characters', 'a'.repeat(10_000_000), /no known format/],
    ['ten million characters of a format', `$2b$10$${'a'.repeat(10_000_000)}`, /no known format/],
    ['a list', ['$2b$'], /no known format/],
    ['a number', 5, /no known format/],
    ['nothing', undefined, /it is missing/],
    ['an empty text', '', /it is missing/],
  ])('refuses without computing, and without repeating it: %s', (_, given, reason) => {
    const read = () => readImportableHash(given, settings.password);
    expect(read).toThrow(UnreadableHashError);
    expect(read).toThrow(reason);
    expect(read).not.toThrow(plain);
    expect(read).not.toThrow(digest);
  });
});

describe('Passwords with hashes of another program and strict privacy', () => {
  it('do their work at every failed check, once one was met', async () => {
    const strict = readSettings({
      PASSWORD_MEMORY_KIB: '64',
      PASSWORD_ITERATIONS: '1',
      ACCOUNT_PRIVACY: 'strict',
    });
    const passwords = new Passwords(strict, new HashLimiter(strict));
    const cpuMs = async (check: () => Promise<unknown>) => {
      const before = process.cpuUsage();
      await check();
      return process.cpuUsage(before).user / 1_000;
    };
    const stored = await bcrypt.hash(plain, 10);
    await passwords.verifyAgainstNothing('wrong');
    const before = await cpuMs(() => passwords.verifyAgainstNothing('wrong'));
    const wrong = await cpuMs(() => passwords.verify('wrong', stored));
    const after = await cpuMs(() => passwords.verifyAgainstNothing('wrong'));
    expect(before).toBeLessThan(wrong / 3);
    expect(after).toBeGreaterThan(wrong / 3);
  });
});
