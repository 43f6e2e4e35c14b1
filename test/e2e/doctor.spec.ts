// Real: the doctor, both databases, the app, the notification service. Fake: services that answer as they should not.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Finding } from '../../src/cli/doctor/finding.js';
import { checkIdempotency } from '../../src/cli/doctor/idempotency.check.js';
import { readSettings } from '../../src/config/settings.js';
import { IdempotencyRecord } from '../../src/ddd/idempotency/index.js';
import { User } from '../../src/modules/user/index.js';
import { runCommand } from '../support/commands.js';
import { createDatabase } from '../support/databases.js';
import { examine } from '../support/doctor.js';
import { createDurableDatabase } from '../support/durable-database.js';
import type { TestDatabase } from '../support/databases.js';
import { MailService } from '../support/mail-service.js';
import { createTestApp } from '../support/test-app.js';

describe('npm run doctor', () => {
  let folder: string;
  let database: TestDatabase | undefined;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'doctor-'));
    database = undefined;
  });
  afterEach(async () => {
    await database?.destroy();
    await rm(folder, { recursive: true });
  });

  const doctor = (variables: NodeJS.ProcessEnv, ...args: string[]) =>
    runCommand('doctor', args, { cwd: folder, variables });

  async function findings(variables: NodeJS.ProcessEnv) {
    const { code, all, of } = await examine(variables, folder);
    return { code, all, of: (check: Finding['check']) => of(check)[0] };
  }

  it('reports nothing in an empty folder, and leaves it empty', async () => {
    const { of, all } = await findings({});

    expect(all.filter(({ status }) => status === 'failure')).toEqual([]);
    expect(of('configuration')).toMatchObject({ status: 'ok' });
    expect(of('database')).toMatchObject({
      status: 'ok',
      found: expect.stringContaining('does not exist yet'),
    });
    expect(of('clock')).toMatchObject({ status: 'ok' });
    expect(of('notification service')).toMatchObject({ status: 'ok' });
    expect(of('password hash')?.found).toMatch(/ms alone, .* with 1 at once: \d+ sign-ins\/s at most/);
    expect(await readdir(folder)).toEqual([]);
  });

  it('warns of a misspelt setting with the right name, and exits with 1', async () => {
    const { code, all } = await findings({ LOG_LEVLE: 'debug' });

    expect(code).toBe(1);
    expect(all).toContainEqual({
      check: 'configuration',
      status: 'warning',
      found: 'LOG_LEVLE is not a setting and has no effect. Did you mean LOG_LEVEL? Rename or remove it.',
    });
  });

  it('reports all errors of the configuration at once, each with its remedy, and exits with 2', async () => {
    const { code, all } = await findings({ PORT: 'many', LOG_LEVEL: 'loud' });

    expect(code).toBe(2);
    expect(all).toEqual([
      {
        check: 'configuration',
        status: 'failure',
        found: 'PORT must be a whole number from 0 to 65535',
        remedy: 'For example: PORT=8000',
      },
      expect.objectContaining({ found: expect.stringContaining('LOG_LEVEL must be one of') }),
    ]);
  });

  it.each(['sqlite', 'postgres'] as const)(
    'reports nothing about a healthy database in use on %s',
    async (kind) => {
      database = await createDurableDatabase(kind);
      const app = await createTestApp({ database: database.url });
      try {
        const { of } = await findings({ DATABASE_URL: database.url });

        expect(of('database')).toEqual({ check: 'database', status: 'ok', found: `${kind} answers` });
        for (const check of ['schema', 'guesses', 'idempotency', 'keys'] as const)
          expect(of(check)).toMatchObject({ status: 'ok' });
        expect(of('clock')).toMatchObject({ status: 'ok' });
        expect(of('durability')).toMatchObject({
          status: 'ok',
          found:
            kind === 'sqlite'
              ? 'journal_mode is wal, synchronous is 2'
              : 'fsync is on, full_page_writes is on, synchronous_commit is on',
        });
      } finally {
        await app.close();
      }
    },
  );

  it.each(['sqlite', 'postgres'] as const)(
    'lists the accounts on %s whose address is not unique, by id only, with the remedy',
    async (kind) => {
      database = await createDurableDatabase(kind);
      await (await createTestApp({ database: database.url })).close();
      const other = await database.connect([User]);
      const user = { name: 'A', surname: 'B', password: 'x', active: true };
      await other.getRepository(User).insert([
        { ...user, id: 'one', email: 'sam@example.com' },
        { ...user, id: 'two', email: 'ſam@example.com' },
        { ...user, id: 'three', email: 'a@münchen.example' },
        { ...user, id: 'four', email: '"secret"@example.com' },
      ]);

      const { code, all } = await findings({ DATABASE_URL: database.url });
      expect(code).toBe(1);
      const accounts = all.filter(({ check }) => check === 'accounts');
      expect(accounts.map(({ status }) => status)).toEqual(['warning', 'warning', 'warning']);
      expect(accounts[0]?.found).toMatch(/canonical form: three$/);
      expect(accounts[1]?.found).toMatch(/1 mailboxes .*: one and two$/);
      expect(accounts[2]?.found).toMatch(/refused today: four$/);
      expect(JSON.stringify(all)).not.toMatch(/secret|sam@|münchen|xn--/);

      await other.getRepository(User).delete(['one', 'four']);
      const variables = { DATABASE_URL: database.url };
      expect(await runCommand('migrate', [], { cwd: folder, variables })).toEqual({
        code: 0,
        output: expect.stringContaining('renamed   2 e-mail addresses'),
      });
      const { of } = await findings({ DATABASE_URL: database.url });
      expect(of('accounts')).toMatchObject({ status: 'ok' });
    },
  );

  it('warns of a PostgreSQL setting that can lose commits', async () => {
    database = await createDurableDatabase('postgres');
    const name = new URL(database.url).pathname.slice(1);
    const other = await database.connect([]);
    await other.query(`ALTER DATABASE ${name} SET synchronous_commit = off`);

    const { code, of } = await findings({ DATABASE_URL: database.url });
    expect(code).toBe(2);
    expect(of('durability')).toMatchObject({
      status: 'failure',
      found: expect.stringContaining('synchronous_commit is off'),
      remedy: expect.stringContaining('reload'),
    });
    expect(of('schema')).toMatchObject({ status: 'warning', found: 'there are no tables yet' });
  });

  it('reports a schema that differs, and the command to run', async () => {
    database = await createDatabase('sqlite');
    await (await createTestApp({ database: database.url })).close();
    const other = await database.connect([]);
    await other.query('ALTER TABLE "user" RENAME COLUMN surname TO family');

    const { code, of } = await findings({ DATABASE_URL: database.url });
    expect(code).toBe(2);
    expect(of('schema')).toMatchObject({
      status: 'failure',
      found: expect.stringContaining('the column user.surname is missing'),
      remedy: 'npm run migrate',
    });
  });

  it('warns of units that outlast the claim of a request, and of records that no one deletes', async () => {
    database = await createDatabase('sqlite');
    const dataSource = await database.connect([IdempotencyRecord]);
    const check = (timeoutMs: string) =>
      checkIdempotency(dataSource, readSettings({ UNIT_TIMEOUT_MS: timeoutMs }));
    expect(await check('5001')).toEqual([]);
    await dataSource.synchronize();
    await dataSource.getRepository(IdempotencyRecord).insert({
      id: 'a',
      fingerprint: 'b',
      leaseToken: 'c',
      leaseUntil: 0,
      expiresAt: Date.now() - 2 * 3_600_000,
    });

    expect((await check('5000')).map(({ found }) => found)).toEqual([
      '1 records expired more than an hour ago',
    ]);
    await dataSource.getRepository(IdempotencyRecord).clear();
    expect(await check('5000')).toEqual([
      { check: 'idempotency', status: 'ok', found: '0 records are kept' },
    ]);
    expect(await check('5001')).toMatchObject([
      { status: 'warning', found: expect.stringMatching(/^UNIT_TIMEOUT_MS is 5001: /) },
    ]);
  });

  it('reports what to check for an unreachable database, without its password', async () => {
    const { code, output } = await doctor({ DATABASE_URL: 'postgres://me:hidden@127.0.0.1:9/accounts' });

    expect(code).toBe(2);
    expect(output).toMatch(/failure {2}database: it cannot be used: .*ECONNREFUSED[^]*-> Check DATABASE_URL/);
    expect(output).not.toContain('hidden');
  });

  it('trusts a notification service that declares that it honours the key, and requests no mail', async () => {
    const mails = await MailService.start();
    try {
      expect(
        (await findings({ NOTIFICATION_SERVICE_URL: mails.url })).of('notification service'),
      ).toMatchObject({
        status: 'ok',
      });
      expect(await mails.mailFiles()).toEqual([]);
    } finally {
      await mails.remove();
    }
  });

  it('warns of one that does not declare it, and fails one that is unreachable', async () => {
    const other = createServer((_, response) => response.writeHead(404).end());
    await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const silent = await findings({ NOTIFICATION_SERVICE_URL: url });
    other.close();
    const gone = await findings({ NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9' });

    expect(silent.of('notification service')).toMatchObject({
      status: 'warning',
      remedy: expect.stringContaining('one mail for a key'),
    });
    expect(silent.code).toBe(1);
    expect(gone.of('notification service')).toMatchObject({ status: 'failure' });
    expect(gone.code).toBe(2);
  });

  it('advises on a hash that is too cheap and a concurrency that is too high', async () => {
    const { code, of } = await findings({
      PASSWORD_MEMORY_KIB: '1024',
      PASSWORD_CONCURRENCY: '64',
    });

    expect(code).toBe(1);
    expect(of('password hash')?.remedy).toMatch(
      /PASSWORD_MEMORY_KIB=19456 with PASSWORD_ITERATIONS=\d+ would take about 50 ms.*Set PASSWORD_CONCURRENCY=\d/,
    );
  });

  it('refuses other arguments', async () => {
    const { code, output } = await doctor({}, '--fix');

    expect(code).toBe(2);
    expect(output).toContain("Unknown option '--fix'");
  });
});
