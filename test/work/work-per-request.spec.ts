/**
 * What a request costs, in units that no other program on the machine changes: SQL statements, and calls of JavaScript
 * functions of ours and of the packages that we use, as V8 counts them. Instructions would say more, but depend on when V8
 * compiles and collects; docs/guide/performance.md has them.
 * Real: the app, SQLite, HTTP. Fake: the notification service, which is out of reach.
 */
import { randomUUID } from 'node:crypto';
import type { Profiler } from 'node:inspector';
import { Session } from 'node:inspector/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { Passwords, UserRepository } from '../../src/modules/user/index.js';
import { newAccount } from '../support/accounts.js';
import { createDatabase } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { bearer, signIn } from '../support/sessions.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp, TestResponse } from '../support/test-app.js';

const requests = 20;
/** How many more calls than recorded are no mistake. */
const tolerance = 1.05;

/** The greatest of several runs on Node 20 and 24. A change that saves calls lowers them. */
const recorded = {
  'GET /': { statements: 0, calls: 600 },
  'a guarded read': { statements: 2, calls: 1_010 },
  'a sign-in': { statements: 5, calls: 3_250 },
  'a session opened': { statements: 13, calls: 5_150 },
  'a session refreshed': { statements: 10, calls: 3_320 },
};

describe('The work of a request', () => {
  let database: TestDatabase;
  let app: TestApp;
  let send: Record<keyof typeof recorded, () => Promise<TestResponse>>;

  beforeAll(async () => {
    database = await createDatabase('sqlite');
    app = await createTestApp({ database: database.url });
    const account = newAccount();
    // Not by a sign-up, whose mail would be delivered again and again meanwhile.
    const password = await app.get(Passwords).hash(account.password);
    await app.get(UserRepository).create({ ...account, id: randomUUID(), password, active: true });
    const tokens = await signIn(app, account);
    const headers = bearer(tokens.access_token);
    let refreshToken = tokens.refresh_token;
    send = {
      'GET /': () => app.send('/'),
      'a guarded read': () => app.send('/user/me/', { headers }),
      'a sign-in': () => app.post('/user/signin/', account),
      'a session opened': () => app.post('/session/', account),
      'a session refreshed': async () => {
        const response = await app.post('/session/refresh/', { refresh_token: refreshToken });
        refreshToken = (JSON.parse(response.text) as { refresh_token: string }).refresh_token;
        return response;
      },
    };
  });
  afterAll(async () => {
    await app.close();
    await database.destroy();
  });

  /** The least of several requests: what the program does meanwhile by itself only adds. */
  async function costOf(
    request: () => Promise<TestResponse>,
  ): Promise<{ statements: number; calls: number }> {
    // What is prepared, cached or loaded once is not counted.
    for (let nth = 0; nth < 3; nth++) await request();
    const { logger } = app.get(DataSource);
    const { logQuery } = logger;
    const costs: { statements: number; calls: number }[] = [];
    const session = new Session();
    session.connect();
    try {
      await session.post('Profiler.enable');
      await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false });
      for (let nth = 0; nth < requests; nth++) {
        let statements = 0;
        logger.logQuery = () => void statements++;
        await session.post('Profiler.takePreciseCoverage');
        expect((await request()).status).toBe(200);
        const { result } = await session.post('Profiler.takePreciseCoverage');
        costs.push({ statements, calls: callsOf(result) });
      }
    } finally {
      session.disconnect();
      logger.logQuery = logQuery;
    }
    return {
      statements: Math.min(...costs.map(({ statements }) => statements)),
      calls: Math.min(...costs.map(({ calls }) => calls)),
    };
  }

  it.each(Object.keys(recorded) as (keyof typeof recorded)[])(
    'of this kind is no more than recorded: %s',
    async (name) => {
      const { statements, calls } = await costOf(send[name]);
      expect(statements).toBe(recorded[name].statements);
      expect(calls).toBeLessThanOrEqual(recorded[name].calls * tolerance);
    },
  );
});

/** Of functions of the program: not of Node, of the tests, or of what runs them. */
function callsOf(scripts: readonly Profiler.ScriptCoverage[]): number {
  return scripts
    .filter(({ url }) => /\/(src|node_modules)\//.test(url) && !/jest|\/test/.test(url))
    .flatMap(({ functions }) => functions)
    .reduce((sum, { ranges: [range] }) => sum + (range?.count ?? 0), 0);
}
