// Real: the whole assembly, HTTP, both databases. Fake: the clock, the notification service (out of reach).
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { MailLimit } from '../../src/modules/notification/index.js';
import { RegisterWorker } from '../../src/modules/user/index.js';
import { newAccount } from '../support/accounts.js';
import { databaseKinds } from '../support/databases.js';
import { MovedClock } from '../support/moved-clock.js';
import { bodyOf, refresh, signedIn, signIn } from '../support/sessions.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { useDatabase } from '../support/use-database.js';

const minute = 60_000;

describe.each(databaseKinds)('What strangers cause on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let clock: MovedClock;
  let app: TestApp;
  const open = async (variables: Record<string, string>) => {
    app = await createTestApp({ database: database.url, variables });
  };
  beforeEach(() => {
    clock = new MovedClock();
  });
  afterEach(async () => {
    clock.restore();
    await app.close();
  });

  const signUp = () => app.post('/user/', newAccount());

  it('is at most so many sign-ups a day from one network, over restarts', async () => {
    const variables = { SIGN_UPS_PER_DAY: '3', RATE_LIMIT_PER_MINUTE: '1000' };
    await open(variables);
    const statuses = [(await signUp()).status, (await signUp()).status, (await signUp()).status];
    const { headers } = await app.send('/user/', { method: 'POST' });
    await app.close();
    clock.move(60 * minute);
    await open(variables);
    const refused = await signUp();

    expect(statuses).toEqual([200, 200, 200]);
    expect(headers.get('ratelimit-policy')).toBe('"sign-ups";q=3;w=86400, "requests";q=1000;w=60');
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(22 * 3_600);
    clock.move(23 * 60 * minute);
    expect((await signUp()).status).toBe(200);
  });

  it('is 200 sign-ups a day and 120 requests a minute by default', async () => {
    await open({ RATE_LIMIT_PER_MINUTE: '' });
    const { headers } = await app.send('/user/', { method: 'POST' });

    expect(headers.get('ratelimit-policy')).toBe('"requests";q=120;w=60, "sign-ups";q=200;w=86400');
  });

  it('is any number of sign-ups where RATE_LIMIT_PER_MINUTE is 0', async () => {
    await open({ SIGN_UPS_PER_DAY: '1', RATE_LIMIT_PER_MINUTE: '0' });

    expect([(await signUp()).status, (await signUp()).status]).toEqual([200, 200]);
  });

  it('is at most three mails of a kind an hour to one address, and each request is answered as ever', async () => {
    await open({});
    const { account, tokens } = await signedIn(app);
    let reused = tokens.refresh_token;
    for (let nth = 0; nth < 5; nth++) {
      bodyOf(await refresh(app, reused));
      clock.move(minute);
      expect((await refresh(app, reused)).status).toBe(401);
      reused = (await signIn(app, account)).refresh_token;
    }

    const recorded = async () => {
      const [row] = await app
        .get(DataSource)
        .query<{ count: string }[]>(
          `SELECT count(*) AS count FROM outbox_message WHERE topic = 'notification.session-reuse'`,
        );
      return Number(row?.count);
    };
    expect(await recorded()).toBe(3);
    clock.move(60 * minute);
    bodyOf(await refresh(app, reused));
    clock.move(minute);
    await refresh(app, reused);
    expect(await recorded()).toBe(4);
  });

  it('counts a mail by its kind and its address, in the unit of work that records it', async () => {
    await open({ MAILS_PER_HOUR: '2' });
    const worker = app.get(RegisterWorker);
    const mails = app.get(MailLimit);
    const allows = (email: string, topic: string) =>
      worker.run((_, unit) => mails.allows(email, topic, unit));
    const undone = worker.run(async (_, unit) => {
      await mails.allows('ada@example.com', 'welcome', unit);
      throw new Error('Undone');
    });
    await expect(undone).rejects.toThrow('Undone');

    const allowed = [];
    for (const [email, topic] of [
      ['ada@example.com', 'welcome'],
      ['ada@example.com', 'welcome'],
      ['ada@example.com', 'welcome'],
      ['ada@example.com', 'reset'],
      ['bob@example.com', 'welcome'],
    ] as const)
      allowed.push(await allows(email, topic));
    expect(allowed).toEqual([true, true, false, true, true]);
  });
});
