// Real: Argon2id at its lowest cost, the limiter, the settings. Fake: nothing, but a limiter that counts its hashes.
import { describe, expect, it } from '@jest/globals';
import { hash as plainHash, verify as plainVerify } from '@node-rs/argon2';
import { readSettings } from '../../../config/settings.js';
import { HashLimiter } from './hash-limiter.js';
import { UnreadableHashError } from './password.errors.js';
import { Passwords } from './passwords.service.js';

const old = '2025:a-pepper-of-last-year';
const current = '2026:a-pepper-of-this-year';

class CountingLimiter extends HashLimiter {
  passed = 0;

  override run<Result>(hash: () => Promise<Result>, signal?: AbortSignal) {
    this.passed++;
    return super.run(hash, signal);
  }
}

const settingsOf = (variables: Record<string, string> = {}) =>
  readSettings({ PASSWORD_MEMORY_KIB: '64', PASSWORD_ITERATIONS: '1', ...variables });

function passwordsWith(variables?: Record<string, string>) {
  const settings = settingsOf(variables);
  return new Passwords(settings, new HashLimiter(settings));
}

function countedPasswords() {
  const settings = settingsOf();
  const limiter = new CountingLimiter(settings);
  return { passwords: new Passwords(settings, limiter), gate: limiter };
}

describe('Passwords.verify of a hash that cost less than today', () => {
  const work = async (privacy: string, plain: string) => {
    const old = await passwordsWith().hash('123456');
    const settings = settingsOf({
      ACCOUNT_PRIVACY: privacy,
      PASSWORD_MEMORY_KIB: '65536',
      PASSWORD_ITERATIONS: '3',
    });
    const passwords = new Passwords(settings, new HashLimiter(settings));
    const before = process.cpuUsage();
    await passwords.verify(plain, old);
    return process.cpuUsage(before).user / 1_000;
  };

  it('takes the work of one of today after a wrong password with strict privacy, and only then', async () => {
    const strict = await work('strict', 'wrong');
    expect(await work('disclose', 'wrong')).toBeLessThan(strict / 3);
    expect(await work('strict', '123456')).toBeLessThan(strict / 3);
  });
});

describe('Passwords after checks of hashes that cost less than today', () => {
  const cost = { PASSWORD_MEMORY_KIB: '16384', PASSWORD_ITERATIONS: '3' };
  const workOf = async (check: () => Promise<unknown>) => {
    const before = process.cpuUsage();
    await check();
    return process.cpuUsage(before).user / 1_000;
  };

  it('do the work of those as well at every failed check, with strict privacy', async () => {
    const passwords = passwordsWith({ ...cost, ACCOUNT_PRIVACY: 'strict' });
    const stored = await passwords.hash('123456');
    const failUnknown = () => passwords.verifyAgainstNothing('wrong');
    const failWrong = () => passwords.verify('wrong', stored);
    await failWrong();
    const before = [await workOf(failUnknown), await workOf(failWrong)];
    for (const memory of ['16000', '15000', '14000', '13000'])
      await passwords.verify(
        '123456',
        await passwordsWith({ ...cost, PASSWORD_MEMORY_KIB: memory }).hash('123456'),
      );
    const after = [await workOf(failUnknown), await workOf(failWrong)];

    // About five times as much.
    for (const [nth, work] of after.entries()) expect(work).toBeGreaterThan(2 * (before[nth] ?? NaN));
    expect(await workOf(() => passwords.verify('123456', stored))).toBeLessThan((after[1] ?? NaN) / 2);
  });
});

describe('Passwords.hash', () => {
  it('returns Argon2id in PHC format, with the configured cost, a salt of 16 bytes and a hash of 32', async () => {
    const passwords = passwordsWith({
      PASSWORD_MEMORY_KIB: '72',
      PASSWORD_ITERATIONS: '3',
      PASSWORD_PARALLELISM: '2',
    });
    expect(await passwords.hash('123456')).toMatch(
      /^\$argon2id\$v=19\$m=72,t=3,p=2\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/,
    );
  });

  it('never uses a salt twice', async () => {
    const passwords = passwordsWith();
    const hashes = await Promise.all(Array.from({ length: 50 }, () => passwords.hash('123456')));
    expect(new Set(hashes.map((hash) => hash.split('$')[4])).size).toBe(50);
    expect(new Set(hashes.map((hash) => hash.split('$')[5])).size).toBe(50);
  });

  it('can be verified by any Argon2 implementation when there is no pepper', async () => {
    const stored = await passwordsWith().hash('correct horse');
    expect(await plainVerify(stored, 'correct horse')).toBe(true);
    expect(await plainVerify(stored, 'wrong horse')).toBe(false);
  });

  it('cannot be verified without its pepper', async () => {
    const stored = await passwordsWith({ PASSWORD_PEPPER: current }).hash('correct horse');
    expect(await plainVerify(stored, 'correct horse')).toBe(false);
    expect(await plainVerify(stored, 'correct horse', { secret: Buffer.from('a-pepper-of-this-year') })).toBe(
      true,
    );
  });

  it('keeps the id of the first key, in base64 without padding, and no part of the key', async () => {
    const stored = await passwordsWith({ PASSWORD_PEPPER: `${current},${old}` }).hash('123456');
    expect(stored).toContain('$m=64,t=1,p=1,keyid=MjAyNg$');
    expect(stored).not.toContain('pepper');
  });

  it('stays within 120 characters at the greatest cost and the longest key id', async () => {
    const stored = await passwordsWith({ PASSWORD_PEPPER: 'abcdefgh:a-pepper-of-this-year' }).hash(
      'x'.repeat(256),
    );
    const longest = stored.replace('m=64,t=1,p=1', 'm=2097152,t=64,p=16');
    expect(stored).toContain(',keyid=YWJjZGVmZ2g$');
    expect(longest.length).toBeLessThanOrEqual(120);
  });
});

describe('Passwords.verify', () => {
  const passwords = passwordsWith();

  it.each([
    ['the password of the sample', '123456'],
    ['a single blank', ' '],
    ['blanks around', '  padded\t'],
    ['256 characters', 'aB3$'.repeat(64)],
    ['256 characters of four bytes', '🔑'.repeat(128)],
    ['many scripts', 'пароль-密码-סיסמה-𝔭𝔞𝔰𝔰'],
    ['PHC signs', '$argon2id$v=19$m=64,t=1,p=1$'],
  ])('accepts the right password: %s', async (_, plain) => {
    expect(await passwords.verify(plain, await passwords.hash(plain))).toBe(true);
  });

  it.each([
    ['another', '123456', '123457'],
    ['another case', 'Secret', 'secret'],
    ['blanks trimmed', ' secret ', 'secret'],
    ['one character fewer at the end of a long one', 'x'.repeat(256), 'x'.repeat(255)],
    ['a compatible character in place of the real one', 'x²secret', 'x2secret'],
    ['nothing at all', '123456', ''],
  ])('refuses a wrong password: %s', async (_, plain, wrong) => {
    expect(await passwords.verify(wrong, await passwords.hash(plain))).toBe(false);
  });

  it('treats composed and decomposed letters as equal, in both directions', async () => {
    const [composed, decomposed] = ['Caf\u00e9-S\u00e3o', 'Cafe\u0301-Sa\u0303o'];
    expect(await passwords.verify(decomposed, await passwords.hash(composed))).toBe(true);
    expect(await passwords.verify(composed, await passwords.hash(decomposed))).toBe(true);
  });

  it('verifies a hash with other parameters than the current ones', async () => {
    const stored = await passwordsWith({ PASSWORD_MEMORY_KIB: '128', PASSWORD_ITERATIONS: '2' }).hash(
      '123456',
    );
    expect(await passwords.verify('123456', stored)).toBe(true);
    expect(await passwords.verify('654321', stored)).toBe(false);
  });

  it('verifies hashes of the other Argon2 types and the older version, as another system may have stored them', async () => {
    for (const [algorithm, version] of [
      [0, 1],
      [1, 1],
      [2, 0],
    ] as const) {
      const stored = await plainHash('123456', { memoryCost: 64, timeCost: 1, algorithm, version });
      expect(await passwords.verify('123456', stored)).toBe(true);
      expect(passwords.needsRehash(stored)).toBe(true);
    }
  });

  it('verifies hashes with every configured pepper, and without one', async () => {
    const rotated = passwordsWith({ PASSWORD_PEPPER: `${current},${old}` });
    for (const pepper of [current, old, '']) {
      const stored = await passwordsWith({ PASSWORD_PEPPER: pepper }).hash('123456');
      expect(await rotated.verify('123456', stored)).toBe(true);
      expect(await rotated.verify('654321', stored)).toBe(false);
    }
  });

  it('refuses when the secret of a key id has changed', async () => {
    const stored = await passwordsWith({ PASSWORD_PEPPER: current }).hash('123456');
    const changed = passwordsWith({ PASSWORD_PEPPER: '2026:something-else-altogether' });
    expect(await changed.verify('123456', stored)).toBe(false);
  });

  it('names the missing pepper and the remedy, and reveals nothing of the hash', async () => {
    const stored = await passwordsWith({ PASSWORD_PEPPER: old }).hash('123456');
    const error = await errorOf(passwordsWith({ PASSWORD_PEPPER: current }).verify('123456', stored));
    expect(error.message).toContain('its pepper 2025 is not configured: put it back into PASSWORD_PEPPER');
    expectNothingOf(stored, error);
    await errorOf(passwords.verify('123456', stored));
  });
});

describe('Passwords with an unusable stored hash', () => {
  const { passwords, gate: limiter } = countedPasswords();
  const salt = 'c29tZXNhbHRzb21lc2FsdA';
  const output = 'Y3j2qzM7Z0vUe2kzq5m9c0m1d0Zk0r5l8s6h3w1xQ2g';
  const good = `$argon2id$v=19$m=64,t=1,p=1$${salt}$${output}`;

  it('verifies a valid one', async () => {
    expect(await passwords.verify('123456', good)).toBe(false);
    expect(passwords.needsRehash(good)).toBe(false);
  });

  it.each([
    ['empty', ''],
    ['plain text', 'plaintext'],
    ['bcrypt', '$2b$10$abcdefghijklmnopqrstuv'],
    ['cut short', good.slice(0, -1)],
    ['cut before the hash', `$argon2id$v=19$m=64,t=1,p=1$${salt}`],
    ['with a line end', `${good}\n`],
    ['with a field too many', `${good}$`],
    ['with padding', `${good}=`],
    ['of an unknown kind', good.replace('argon2id', 'argon2x')],
    ['of an unknown version', good.replace('v=19', 'v=20')],
    ['without lanes', good.replace('p=1', 'p=0')],
    ['without passes', good.replace('t=1', 't=0')],
    ['with too little memory', good.replace('m=64', 'm=7')],
    ['with a negative number', good.replace('t=1', 't=-1')],
    ['with 4 GiB of memory', good.replace('m=64', 'm=4194304')],
    ['with the most memory that can be written', good.replace('m=64', 'm=4294967295')],
    ['with more memory than can be written', good.replace('m=64', 'm=42949672960')],
    ['with a million passes', good.replace('t=1', 't=1000000')],
    ['with 255 lanes', good.replace('m=64,t=1,p=1', 'm=4096,t=1,p=255')],
    ['with memory and passes that are fine only one by one', good.replace('m=64,t=1', 'm=2097152,t=64')],
    ['with an empty key id', good.replace('p=1', 'p=1,keyid=')],
    ['with a key id that is no base64', good.replace('p=1', 'p=1,keyid=?')],
    ['with a padded key id', good.replace('p=1', 'p=1,keyid=MjAyNg==')],
    ['with a key id that is too long', good.replace('p=1', 'p=1,keyid=YWJjZGVmZ2hp')],
    ['with a control character in its key id', good.replace('p=1', 'p=1,keyid=YQph')],
    ['with two key ids', good.replace('p=1', 'p=1,keyid=MjAyNg,keyid=MjAyNQ')],
  ])('refuses one %s, without computing or showing it', async (_, stored) => {
    const passedBefore = limiter.passed;
    expectNothingOf(stored, await errorOf(passwords.verify('123456', stored)));
    expectNothingOf(stored, await errorOf((async () => passwords.needsRehash(stored))()));
    expect(limiter.passed).toBe(passedBefore);
  });
});

describe('Passwords.needsRehash', () => {
  it('is false for a new hash', async () => {
    for (const PASSWORD_PEPPER of ['', current, `${current},${old}`]) {
      const passwords = passwordsWith({ PASSWORD_PEPPER });
      expect(passwords.needsRehash(await passwords.hash('123456'))).toBe(false);
    }
  });

  it.each([
    ['memory', { PASSWORD_MEMORY_KIB: '65' }],
    ['less memory', { PASSWORD_MEMORY_KIB: '32' }],
    ['passes', { PASSWORD_ITERATIONS: '2' }],
    ['lanes', { PASSWORD_PARALLELISM: '2' }],
    ['a first pepper', { PASSWORD_PEPPER: current }],
  ])('detects changed settings: %s', async (_, changed) => {
    expect(passwordsWith(changed).needsRehash(await passwordsWith().hash('123456'))).toBe(true);
  });

  it('detects that the pepper was rotated or removed', async () => {
    const stored = await passwordsWith({ PASSWORD_PEPPER: old }).hash('123456');
    expect(passwordsWith({ PASSWORD_PEPPER: `${current},${old}` }).needsRehash(stored)).toBe(true);
    expect(passwordsWith({ PASSWORD_PEPPER: `${old},${current}` }).needsRehash(stored)).toBe(false);
    expect(passwordsWith().needsRehash(stored)).toBe(true);
  });

  it('detects a short salt and a hash of another length', async () => {
    const cost = { memoryCost: 64, timeCost: 1 };
    expect(passwordsWith().needsRehash(await plainHash('123456', cost))).toBe(false);
    const shortSalt = await plainHash('123456', { ...cost, salt: Buffer.from('8 bytes!') });
    expect(passwordsWith().needsRehash(shortSalt)).toBe(true);
    expect(passwordsWith().needsRehash(await plainHash('123456', { ...cost, outputLen: 64 }))).toBe(true);
  });
});

describe('Passwords.verifyAgainstNothing', () => {
  it('is never true, and computes as many hashes as a real verification does: one', async () => {
    const { passwords, gate: limiter } = countedPasswords();
    const stored = await passwords.hash('123456');
    limiter.passed = 0;
    await passwords.verify('654321', stored);
    expect(limiter.passed).toBe(1);
    expect(await passwords.verifyAgainstNothing('654321')).toBe(false);
    expect(limiter.passed).toBe(2);
  });
});

describe('Passwords for a caller that has given up', () => {
  it('rejects with the reason of the signal, and computes nothing', async () => {
    const passwords = passwordsWith();
    const stored = await passwords.hash('123456');
    const reason = new Error('the client left');
    const signal = AbortSignal.abort(reason);
    await expect(passwords.hash('123456', signal)).rejects.toBe(reason);
    await expect(passwords.verify('123456', stored, signal)).rejects.toBe(reason);
    await expect(passwords.verifyAgainstNothing('123456', signal)).rejects.toBe(reason);
  });
});

async function errorOf(promise: Promise<unknown>): Promise<UnreadableHashError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(UnreadableHashError);
  return error as UnreadableHashError;
}

/** Neither the text nor any field of it, cost included, shows in the error or in its cause. */
function expectNothingOf(stored: string, error: Error) {
  const shown = `${error.message} ${error.stack} ${String(error.cause)}`;
  for (const field of stored.split('$').filter((part) => part.length > 8)) expect(shown).not.toContain(field);
}
