// Real: the rules, the repositories, Argon2id with little work. Fake: the database, in memory; the outbox, a list.
import { beforeEach, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/config/settings.js';
import type { Settings } from '../../src/config/settings.js';
import { DatabaseCountStore, Limits } from '../../src/ddd/limit/index.js';
import { InMemoryDatabase } from '../../testing/in-memory/in-memory-database.js';
import {
  AccountMails,
  MailLimit,
  NotificationWorker,
  WelcomeMessageRepository,
} from '../../src/modules/notification/index.js';
import type { Recipient } from '../../src/modules/notification/index.js';
import { KeySecret, mailSealOf, SessionWorker } from '../../src/modules/session/index.js';
import {
  AccountEventRepository,
  Guesses,
  HashLimiter,
  HashingSaturatedError,
  MailboxNotProvenError,
  Passwords,
  ProvenMailboxRepository,
  RegisterWorker,
  RepeatedSignUpRepository,
  StoredHashCosts,
  UserNotActiveError,
  UserNotFoundError,
  UserRepository,
  WrongPasswordError,
} from '../../src/modules/user/index.js';
import type { RepeatedSignUp } from '../../src/modules/user/index.js';
import { DeviceTokens } from '../../src/resource/user/device/device-tokens.service.js';
import { UserResource } from '../../src/resource/user/user.resource.js';

const details = { name: 'Ada', surname: 'Lovelace', email: 'ada@example.com', password: 'correct horse' };
const wrong = { ...details, password: 'battery staple' };
const unknown = { ...details, email: 'stranger@example.com' };

const keySecret = Buffer.alloc(32, 1).toString('base64');
const secret = { bytes: Buffer.alloc(32, 7) };

const welcomed: Recipient[] = [];
class RecordedWelcomes extends WelcomeMessageRepository {
  override async record(message: Recipient): Promise<string> {
    welcomed.push(message);
    return 'key';
  }
}

const repeated: RepeatedSignUp[] = [];
class RecordedSignUps extends RepeatedSignUpRepository {
  override async record(signUp: RepeatedSignUp): Promise<string> {
    repeated.push(signUp);
    return 'key';
  }
}

/** Counts its hashes, notes those that it meets, and can be made to reject new ones. */
class CountedPasswords extends Passwords {
  readonly met: string[] = [];
  hashed = 0;
  verified = 0;
  /** As for an account that does not exist. */
  verifiedAgainstNothing = 0;
  isSaturated = false;

  override hash(password: string): Promise<string> {
    if (this.isSaturated) return Promise.reject(new HashingSaturatedError(1));
    this.hashed++;
    return super.hash(password);
  }

  override meet(stored: string): void {
    this.met.push(stored);
    super.meet(stored);
  }

  override verify(password: string, stored: string): Promise<boolean> {
    this.verified++;
    return super.verify(password, stored);
  }

  override verifyAgainstNothing(password: string): Promise<false> {
    this.verified++;
    this.verifiedAgainstNothing++;
    return super.verifyAgainstNothing(password);
  }
}

let database: InMemoryDatabase;
let users: UserRepository;
let passwords: CountedPasswords;
let resource: UserResource;
let settings: Settings;

/** The resource as a process with these settings has it, over the same database. */
function start(variables: Record<string, string> = {}): void {
  settings = readSettings({
    PASSWORD_MEMORY_KIB: '64',
    PASSWORD_ITERATIONS: '1',
    KEY_SECRET: keySecret,
    ...variables,
  });
  const counts = new DatabaseCountStore(database, secret);
  const limiter = new HashLimiter(settings);
  const seal = mailSealOf(new KeySecret(settings));
  passwords = new CountedPasswords(settings, limiter);
  resource = new UserResource(
    settings,
    passwords,
    new Guesses(counts, limiter),
    new DeviceTokens(new KeySecret(settings)),
    users,
    new AccountEventRepository(database),
    new ProvenMailboxRepository(database),
    database.worker(RegisterWorker, { repeatedSignUp: RecordedSignUps }),
    new AccountMails(
      settings,
      database.worker(NotificationWorker, { welcome: RecordedWelcomes }),
      new MailLimit(settings, new Limits(counts, secret)),
      seal,
    ),
    seal,
    database.worker(SessionWorker),
  );
}

const stored = () => users.retrieve({ email: details.email });

beforeEach(() => {
  welcomed.length = 0;
  repeated.length = 0;
  database = new InMemoryDatabase();
  users = new UserRepository(database);
  start();
});

describe('UserResource.create', () => {
  it('creates an inactive account with a hash of the password, and records one welcome', async () => {
    await resource.create(details);

    const { name, surname, email, password, active } = await stored();
    expect({ name, surname, email, active }).toEqual({
      name: 'Ada',
      surname: 'Lovelace',
      email: 'ada@example.com',
      active: false,
    });
    expect(password).toMatch(/^\$argon2id\$/);
    expect(welcomed).toMatchObject([{ email: 'ada@example.com', name: 'Ada' }]);
  });

  it('changes nothing and records no welcome when the e-mail has an account', async () => {
    await resource.create(details);
    const before = await stored();
    await resource.create({ ...details, name: 'Eve', password: 'another one' });

    expect(await stored()).toEqual(before);
    expect(welcomed).toHaveLength(1);
  });

  it('records that the e-mail was used again where privacy is strict, sealed, and nothing elsewhere', async () => {
    await resource.create(details);
    await resource.create(details);
    expect(repeated).toEqual([]);

    start({ ACCOUNT_PRIVACY: 'strict' });
    await resource.create(details);
    expect(repeated).toHaveLength(1);
    expect(JSON.stringify(repeated)).not.toContain(details.email);
  });

  it('creates one account and one welcome for many concurrent requests', async () => {
    await Promise.all(Array.from({ length: 10 }, () => resource.create(details)));

    expect(await users.count()).toBe(1);
    expect(welcomed).toHaveLength(1);
  });

  it('creates no account when hashing is rejected', async () => {
    passwords.isSaturated = true;

    await expect(resource.create(details)).rejects.toThrow(HashingSaturatedError);
    expect(await users.count()).toBe(0);
    expect(welcomed).toEqual([]);
  });
});

describe('UserResource.signIn', () => {
  beforeEach(() => resource.create(details));

  it('returns the account once it is active', async () => {
    await resource.activate(details);

    expect(await resource.signIn(details)).toEqual(await stored());
  });

  it('refuses an inactive account, after the password has been proven', async () => {
    await expect(resource.signIn(details)).rejects.toThrow(UserNotActiveError);
    await expect(resource.signIn(wrong)).rejects.toThrow(WrongPasswordError);
  });

  it('refuses a wrong password of an active account', async () => {
    await resource.activate(details);

    await expect(resource.signIn(wrong)).rejects.toThrow(WrongPasswordError);
  });

  it('reports an unknown e-mail, and computes no hash for it', async () => {
    passwords.verified = 0;

    await expect(resource.signIn(unknown)).rejects.toThrow(UserNotFoundError);
    expect(passwords.verified).toBe(0);
  });

  it('with strict privacy and ACTIVATION=mail treats an unproven account like none, with the same work', async () => {
    start({ ACCOUNT_PRIVACY: 'strict', ACTIVATION: 'mail' });
    await resource.create(details);

    await expect(resource.signIn(details)).rejects.toThrow(WrongPasswordError);
    await expect(resource.activate(details)).rejects.toThrow(WrongPasswordError);
    expect([passwords.verified, passwords.verifiedAgainstNothing]).toEqual([2, 2]);
    await new ProvenMailboxRepository(database).prove((await stored()).id);
    await expect(resource.signIn(details)).rejects.toThrow(MailboxNotProvenError);
  });

  it('with strict privacy treats an unknown e-mail like a wrong password, with the same work', async () => {
    start({ ACCOUNT_PRIVACY: 'strict' });

    await expect(resource.signIn(unknown)).rejects.toThrow(WrongPasswordError);
    expect(passwords.verified).toBe(1);
  });

  it('detects a deactivation during the verification of the password', async () => {
    await resource.activate(details);
    const verify = passwords.verify.bind(passwords);
    passwords.verify = async (...given) => {
      const isRight = await verify(...given);
      await users.deactivate((await stored()).id);
      return isRight;
    };

    await expect(resource.signIn(details)).rejects.toThrow(UserNotActiveError);
  });
});

describe('UserResource.signIn, when the cost of a hash has changed', () => {
  beforeEach(async () => {
    await resource.create(details);
    await resource.activate(details);
    start({ PASSWORD_ITERATIONS: '2' });
  });

  it('replaces the hash by one of the new cost, which the password still matches', async () => {
    const { password: old } = await stored();
    await resource.signIn(details);

    const { password } = await stored();
    expect(password).not.toBe(old);
    expect(password).toContain('t=2');
    await expect(resource.signIn(details)).resolves.toMatchObject({ email: details.email });
  });

  it('replaces it once', async () => {
    await resource.signIn(details);
    const { password } = await stored();
    await resource.signIn(details);

    expect((await stored()).password).toBe(password);
    expect(passwords.hashed).toBe(1);
  });

  it('keeps the hash when the password is wrong', async () => {
    const { password } = await stored();

    await expect(resource.signIn(wrong)).rejects.toThrow(WrongPasswordError);
    expect((await stored()).password).toBe(password);
  });

  it('still signs in when hashing is saturated', async () => {
    passwords.isSaturated = true;
    const { password } = await stored();

    await expect(resource.signIn(details)).resolves.toMatchObject({ active: true });
    expect((await stored()).password).toBe(password);
  });
});

describe.each(['activate', 'deactivate'] as const)('UserResource.%s', (action) => {
  const isActive = action === 'activate';
  beforeEach(async () => {
    await resource.create(details);
    if (!isActive) await resource.activate(details);
  });

  it('changes the state, and may be repeated', async () => {
    await resource[action](details);
    expect((await stored()).active).toBe(isActive);
    await resource[action](details);
    expect((await stored()).active).toBe(isActive);
  });

  it('changes nothing for a wrong password or an unknown e-mail', async () => {
    await expect(resource[action](wrong)).rejects.toThrow(WrongPasswordError);
    await expect(resource[action](unknown)).rejects.toThrow(UserNotFoundError);
    expect((await stored()).active).toBe(!isActive);
  });
});

describe('StoredHashCosts', () => {
  it('have one stored hash of each format, cost and pepper met before the first request, where privacy is strict', async () => {
    let nth = 0;
    const pepper = { PASSWORD_PEPPER: '2026:a-pepper-of-this-year' };
    for (const variables of [
      {},
      {},
      { PASSWORD_MEMORY_KIB: '72' },
      { PASSWORD_MEMORY_KIB: '72' },
      pepper,
      pepper,
    ]) {
      start(variables);
      await resource.create({ ...details, email: `${++nth}@example.com` });
    }
    const foreign = ['a', 'b'].flatMap((salt) => [
      `$2b$10$${salt.repeat(53)}`,
      `${salt.repeat(32)}:${'0'.repeat(128)}`,
      `pbkdf2_sha256$1000$${salt.repeat(22)}$${'A'.repeat(43)}=`,
    ]);
    for (const password of [...foreign, 'no hash'])
      await users.create({ ...details, id: `${++nth}`, email: `${nth}@example.com`, password, active: true });
    const metAtStart = async (privacy: string) => {
      start({ ACCOUNT_PRIVACY: privacy });
      await new StoredHashCosts(settings, users, passwords).onApplicationBootstrap();
      return passwords.met;
    };

    const met = await metAtStart('strict');
    for (const kind of [
      /\$m=64,t=1,p=1\$/,
      /\$m=72,t=1,p=1\$/,
      /,keyid=/,
      /^\$2b/,
      /:/,
      /^pbkdf2/,
      /^no hash$/,
    ])
      expect(met.filter((hash) => kind.test(hash))).toHaveLength(1);
    expect(met).toHaveLength(7);
    expect(await metAtStart('disclose')).toEqual([]);
  });
});
