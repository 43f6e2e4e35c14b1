// Real: the whole assembly, HTTP, both databases. Fake: the clock, the notification service (out of reach).
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseCountStore } from '../../src/ddd/limit/index.js';
import { guessLimit, UserRepository } from '../../src/modules/user/index.js';
import { newAccount } from '../support/accounts.js';
import { databaseKinds } from '../support/databases.js';
import { MovedClock } from '../support/moved-clock.js';
import { activeAccount } from '../support/sessions.js';
import type { Account } from '../support/sessions.js';
import { DeviceTokens } from '../../src/resource/user/device/device-tokens.service.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp, TestResponse } from '../support/test-app.js';
import { useDatabase } from '../support/use-database.js';

const minute = 60_000;
const routes = ['/user/signin/', '/session/', '/user/activate/', '/user/deactivate/'];

describe.each(databaseKinds)('Guesses at the password of one account on %s', (kind) => {
  const database = useDatabase(kind);
  let clock: MovedClock;
  let app: TestApp;
  const open = (variables: Record<string, string> = {}) =>
    createTestApp({ database: database.url, variables: { RATE_LIMIT_PER_MINUTE: '0', ...variables } });

  beforeEach(async () => {
    clock = new MovedClock();
    app = await open();
  });
  afterEach(async () => {
    clock.restore();
    await app.close();
  });

  const guess = (account: Account, path = '/user/signin/') =>
    app.post(path, { ...account, password: 'a wrong one' });
  const signIn = (account: Account, headers?: Record<string, string>) =>
    app.send('/user/signin/', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(account),
    });
  const waitOf = ({ status, headers }: TestResponse) => [status, Number(headers.get('retry-after'))];

  /** Guesses wrong, each time as soon as that is allowed. */
  async function failTimes(account: Account, times: number): Promise<void> {
    for (let nth = 0; nth < times; nth++) {
      let response = await guess(account);
      if (response.status === 429) {
        clock.move(Number(response.headers.get('retry-after')) * 1_000);
        response = await guess(account);
      }
      if (response.status !== 401 && response.status !== 404) throw new Error(`Answered ${response.status}`);
    }
  }

  it('wait 1, 2, 4 … seconds after five failures, up to 15 minutes, and start anew after a success', async () => {
    const john = await activeAccount(app);
    for (let nth = 0; nth < 5; nth++) expect((await guess(john)).status).toBe(401);

    const waits = [];
    for (let nth = 0; nth < 13; nth++) {
      const response = await guess(john);
      waits.push(waitOf(response));
      const wait = response.headers.get('retry-after');
      expect(response.headers.get('ratelimit')).toBe(`"guesses";r=0;t=${wait}`);
      expect(response.headers.get('ratelimit-policy')).toBe(`"guesses";q=1;w=${wait}`);
      clock.move(Number(response.headers.get('retry-after')) * 1_000);
      expect((await guess(john)).status).toBe(401);
    }
    expect(waits).toEqual(
      [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900].map((seconds) => [429, seconds]),
    );
    clock.move(15 * minute);
    expect((await signIn(john)).status).toBe(200);
    for (let nth = 0; nth < 5; nth++) expect((await guess(john)).status).toBe(401);
    expect((await guess(john)).status).toBe(429);
  });

  it('are counted together on every route that checks a password, and refuse a right one too', async () => {
    const john = await activeAccount(app);
    const responses = [];
    for (const path of [...routes, ...routes]) responses.push((await guess(john, path)).status);

    expect(responses).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
    expect((await signIn(john)).status).toBe(429);
  });

  it('are counted alike for an e-mail that has no account, and under its canonical form', async () => {
    const stranger = newAccount();
    const responses = [];
    for (let nth = 0; nth < 7; nth++)
      responses.push(
        (await guess(nth % 2 ? stranger : { ...stranger, email: stranger.email.toUpperCase() })).status,
      );

    expect(responses).toEqual([404, 404, 404, 404, 404, 429, 429]);
  });

  it('lock the account after a hundred in a row, until an operator unlocks it', async () => {
    const john = await activeAccount(app);
    await failTimes(john, 100);
    clock.move(400 * 24 * 60 * minute);
    expect(waitOf(await signIn(john))).toEqual([429, 900]);

    expect(await app.get(DatabaseCountStore).forget(guessLimit, john.email)).toBe(1);
    expect((await signIn(john)).status).toBe(200);
    expect(await app.get(DatabaseCountStore).forget(guessLimit, john.email)).toBe(0);
  }, 60_000);

  it('do not keep out a device of the owner, which is counted apart', async () => {
    const john = await activeAccount(app);
    const first = await signIn(john);
    const [cookie = ''] = (first.headers.get('set-cookie') ?? '').split(';');
    expect(cookie).toMatch(/^__Host-device=/);
    await failTimes(john, 30);

    expect((await signIn(john)).status).toBe(429);
    expect((await signIn(john, { Cookie: `theme=dark; ${cookie}` })).status).toBe(200);
    expect((await signIn(john, { 'Device-Token': cookie.slice('__Host-device='.length) })).status).toBe(200);
    // Its success says nothing of the guesses of others.
    expect((await signIn(john)).status).toBe(429);
    const wrong = { ...john, password: 'a wrong one' };
    const responses = [];
    for (let nth = 0; nth < 6; nth++) responses.push((await signIn(wrong, { Cookie: cookie })).status);
    expect(responses).toEqual([401, 401, 401, 401, 401, 429]);
  });

  it('are not taken for those of a device whose token is forged, expired or of another account', async () => {
    const john = await activeAccount(app);
    const mary = await activeAccount(app);
    const tokenOf = async (account: Account) =>
      /=([^;]+)/.exec((await signIn(account)).headers.get('set-cookie') ?? '')?.[1] ?? '';
    const token = await tokenOf(john);
    const maryToken = await tokenOf(mary);
    await failTimes(john, 8);
    const statusWith = async (held: string) => (await signIn(john, { 'Device-Token': held })).status;

    expect(await statusWith(token)).toBe(200);
    expect(await statusWith(maryToken)).toBe(429);
    expect(await statusWith(token.slice(0, -2))).toBe(429);
    expect(await statusWith(`${token[0] === 'A' ? 'B' : 'A'}${token.slice(1)}`)).toBe(429);
    expect(await statusWith(`${token}, ${token}`)).toBe(429);
    clock.move(366 * 24 * 60 * minute);
    await failTimes(john, 8);
    expect(await statusWith(token)).toBe(429);
  });

  it('keep out no owner of several accounts who signs in to all of them from one browser', async () => {
    const accounts = [await activeAccount(app), await activeAccount(app), await activeAccount(app)];
    let cookie = '';
    const signInHere = async (account: Account) => {
      const response = await signIn(account, { Cookie: cookie });
      [cookie = ''] = (response.headers.get('set-cookie') ?? cookie).split(';');
      return response.status;
    };
    for (const account of [...accounts, ...accounts]) expect(await signInHere(account)).toBe(200);
    expect(cookie.split('~')).toHaveLength(3);
    for (const account of accounts) await failTimes(account, 8);

    for (const account of accounts) expect(await signInHere(account)).toBe(200);
    // A value that is not ours is not kept, and keeps nothing else out.
    cookie = `__Host-device=forged~${cookie.slice('__Host-device='.length)}~~`;
    for (const account of accounts) expect(await signInHere(account)).toBe(200);
    expect(cookie.split('~')).toHaveLength(3);
  });

  it('leave a browser known to the ten accounts that it signed in to last', async () => {
    const tokens = app.get(DeviceTokens);
    let held: string | undefined;
    for (let nth = 0; nth < 12; nth++) held = tokens.issue(`${nth}@example.com`, held);

    const known = Array.from({ length: 12 }, (_, nth) => tokens.deviceOf(`${nth}@example.com`, held));
    expect(known.map((device) => device !== undefined)).toEqual([false, false, ...Array(10).fill(true)]);
    expect(held?.length).toBeLessThan(1_000);
  });

  it('do not include a right password for an account that is not active', async () => {
    const john = newAccount();
    await app.post('/user/', john);
    const responses = [];
    for (let nth = 0; nth < 12; nth++) responses.push((await signIn(john)).status);

    expect(responses).toEqual(Array(12).fill(400));
  });

  it('are still counted after a restart', async () => {
    const john = await activeAccount(app);
    await failTimes(john, 9);
    await app.close();
    app = await open();

    const [status, wait] = waitOf(await signIn(john));
    expect(status).toBe(429);
    // What is left of 16 seconds.
    expect(wait).toBeGreaterThan(0);
  });

  it('find what the stored hashes cost with one look for each cost', async () => {
    await activeAccount(app);
    const users = app.get(UserRepository);
    const hash = (await users.findHashUnlike([])) ?? '';
    expect(hash).toMatch(/^\$argon2id\$v=19\$/);

    const [beginning = ''] = /^(?:\$[^$]*){3}\$/.exec(hash) ?? [];
    expect(await users.findHashUnlike([{ startsWith: beginning.toUpperCase() }])).not.toBeNull();
    expect(
      await users.findHashUnlike([{ eq: 'another' }, { contains: ':' }, { startsWith: beginning }]),
    ).toBeNull();
  });

  it('answer alike whether the account exists or not, where privacy is strict', async () => {
    await app.close();
    app = await open({ ACCOUNT_PRIVACY: 'strict', SERVER_TIMING: 'on' });
    const john = await activeAccount(app);
    const stranger = newAccount();
    const told = ({ status, headers, text }: TestResponse) => ({
      status,
      text,
      headers: [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
    });
    for (let nth = 0; nth < 8; nth++) expect(told(await guess(stranger))).toEqual(told(await guess(john)));
  });

  it('let every one of many right sign-ins at once pass', async () => {
    const john = await activeAccount(app);
    const responses = await Promise.all(Array.from({ length: 60 }, () => signIn(john)));

    expect(responses.map(({ status }) => status)).toEqual(Array(60).fill(200));
  });
});
