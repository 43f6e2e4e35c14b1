/**
 * What `npm run doctor` reports when something is wrong, and that one finding hides no other.
 * Real: the doctor as a process, both databases, a PostgreSQL of its own that becomes a standby, an SMTP server, the disk.
 * Fake: a notification service that asks for a login; servers that never answer.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Finding } from '../../src/cli/doctor/finding.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { createDurableDatabase } from '../support/durable-database.js';
import { RestartablePostgres } from '../support/postgres-server.js';
import { programPath, startProgram } from '../support/program.js';
import { ada, RunningService } from '../support/running-service.js';
import { SmtpRecipient } from '../support/smtp-recipient.js';
import { until } from '../support/until.js';

/** OWASP's minimum, which gives no finding except on a very slow machine. */
const settings = { PASSWORD_CONCURRENCY: '1', PASSWORD_MAX_WAIT_MS: '60000' };

let folder: string;
let cleanUp: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  cleanUp = [() => rm(folder, { recursive: true })];
});
afterEach(async () => {
  for (const step of cleanUp) await step();
}, 60_000);

async function examine(variables: NodeJS.ProcessEnv) {
  const began = performance.now();
  const program = startProgram({
    cwd: folder,
    args: [programPath('src/cli/doctor.js'), '--json'],
    variables: { ...settings, ...variables },
  });
  const [code] = await program.ended;
  const all = JSON.parse(program.output) as Finding[];
  return {
    code,
    output: program.output,
    durationMs: performance.now() - began,
    of: (check: Finding['check']) => all.filter((finding) => finding.check === check),
    failures: all.filter(({ status }) => status === 'failure').map(({ check }) => check),
  };
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.unshift(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A server that accepts connections and never responds. */
const deafPort = () => listening(createTcpServer((socket) => void cleanUp.unshift(() => socket.destroy())));

async function createdDatabase(kind: 'sqlite' | 'postgres') {
  const database = await createDurableDatabase(kind);
  cleanUp.unshift(() => database.destroy());
  const service = await RunningService.start({
    DATABASE_URL: database.url,
    NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
  });
  await service.post('/user/', ada);
  await service.stop();
  return database;
}

describe('doctor on the notification service', () => {
  it('uses the user and the password of its address, and prints neither', async () => {
    const service = createServer((request, response) => {
      const isKnown = request.headers.authorization === `Basic ${btoa('shop:se%cret')}`;
      response
        .writeHead(isKnown ? 200 : 401)
        .end(isKnown ? '{"honours":["Idempotency-Key"]}' : 'who are you?');
    });
    const port = await listening(service);
    const { of, output } = await examine({
      NOTIFICATION_SERVICE_URL: `http://shop:se%25cret@127.0.0.1:${port}`,
    });

    expect(of('notification service')).toEqual([
      {
        check: 'notification service',
        status: 'ok',
        found: `http://127.0.0.1:${port} responds, and declares that it honours the Idempotency-Key`,
      },
    ]);
    expect(output).not.toMatch(/se%|cret|shop/);
  });

  it('times out, and reports the rest', async () => {
    const [service, mail, database] = [await deafPort(), await deafPort(), await deafPort()];
    const { failures, durationMs, of, output } = await examine({
      DATABASE_URL: `postgres://me:hidden@127.0.0.1:${database}/accounts`,
      NOTIFICATION_SERVICE_URL: `http://127.0.0.1:${service}`,
      SMTP_URL: `smtp://me:hidden@127.0.0.1:${mail}`,
    });

    expect(failures).toEqual(['database', 'notification service', 'mail']);
    expect(of('password hash')).toHaveLength(1);
    expect(durationMs).toBeLessThan(40_000);
    expect(output).not.toContain('hidden');
  }, 60_000);
});

describe('doctor on mails', () => {
  it('accepts a mail server that accepts the login, and sends no mail', async () => {
    const server = await SmtpRecipient.start();
    cleanUp.unshift(() => server.stop());
    const { of } = await examine({ SMTP_URL: server.url() });

    expect(of('mail').map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect([server.connections, server.mails.length]).toEqual([1, 0]);
  });

  it('fails a mail server that is unreachable or refuses the login, without printing the password', async () => {
    const gone = await examine({ SMTP_URL: 'smtp://me:hidden@127.0.0.1:9' });
    const server = await SmtpRecipient.start();
    cleanUp.unshift(() => server.stop());
    server.refusal = { at: 'login', status: 535 };
    const refused = await examine({ SMTP_URL: server.url('me:hidden@') });

    expect([gone.code, refused.code]).toEqual([2, 2]);
    expect(gone.of('mail')[0]).toMatchObject({
      status: 'failure',
      found: expect.stringMatching(/^smtp:\/\/127\.0\.0\.1:9 cannot be used \(E\w+\)$/),
      remedy: expect.stringContaining('SMTP_URL'),
    });
    expect(refused.of('mail')[0]?.found).toMatch(/cannot be used \(EAUTH 535\)$/);
    expect(gone.output + refused.output).not.toContain('hidden');
  });

  it('fails a mail folder that is not a folder, and reports everything else', async () => {
    await writeFile(join(folder, 'mails'), 'a file');
    const { code, failures, of } = await examine({ MAIL_FOLDER: 'mails' });

    expect(code).toBe(2);
    expect(failures).toEqual(['mail']);
    expect(of('mail')[0]).toMatchObject({
      found: expect.stringContaining('cannot be written to (ENOTDIR)'),
      remedy: expect.stringContaining('MAIL_FOLDER'),
    });
    for (const check of ['database', 'clock', 'notification service', 'password hash', 'disk'] as const)
      expect(of(check)).not.toEqual([]);
  });
});

describe.each(databaseKinds)('doctor on %s', (kind) => {
  it('reports dead and late messages', async () => {
    const database = await createdDatabase(kind);
    const before = await examine({ DATABASE_URL: database.url });
    const other = await database.connect([]);
    const [{ n }] = await other.query<[{ n: number }]>('SELECT count(*) AS n FROM outbox_message');
    await other.query(`UPDATE outbox_message SET created_at = created_at - 3600000`);
    const late = await examine({ DATABASE_URL: database.url });
    await other.query(`UPDATE outbox_message SET state = 'dead'`);
    const dead = await examine({ DATABASE_URL: database.url });

    expect(Number(n)).toBe(1);
    expect(before.of('messages')).toMatchObject([{ status: 'ok' }]);
    expect(before.of('writes')).toMatchObject([{ status: 'ok', found: 'the database accepts writes' }]);
    expect(late.of('messages')).toMatchObject([
      { status: 'warning', found: expect.stringMatching(/^the oldest undelivered one has waited 36\d\d/) },
    ]);
    expect(dead.of('messages')).toMatchObject([
      { status: 'warning', remedy: expect.stringContaining('list --state dead') },
    ]);
    expect([before.failures, late.failures, dead.failures]).toEqual([[], [], []]);
    expect([before.code, late.code, dead.code]).toEqual([0, 1, 1]);
  }, 60_000);
});

describe('doctor on topics', () => {
  it('reports one that is held back, and one that no program handles', async () => {
    const database = await createdDatabase('sqlite');
    const other = await database.connect([]);
    await other.query(`DELETE FROM outbox_consumer`);
    await other.query(
      `INSERT INTO outbox_consumer (owner, topic, seen_at, held_since, probe_at, reason)
       VALUES ('a', 'notification.welcome', ?, 1, 2, 'it answered 503')`,
      [Date.now()],
    );
    await other.query(`UPDATE outbox_message SET topic = 'old.topic', state = 'pending'`);
    const { code, of } = await examine({ DATABASE_URL: database.url });

    expect(code).toBe(2);
    expect(of('messages')).toMatchObject([
      { status: 'warning', found: expect.stringContaining('notification.welcome is held back') },
      { status: 'failure', found: 'old.topic has 1 messages and no program that handles it' },
    ]);
  }, 60_000);
});

describe('doctor on a PostgreSQL', () => {
  it('that is read-only fails it', async () => {
    const database = await createdDatabase('postgres');
    const other = await database.connect([]);
    const name = new URL(database.url).pathname.slice(1);
    await other.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    const { failures, of } = await examine({ DATABASE_URL: database.url });

    expect(failures).toEqual(['writes']);
    expect(of('writes')).toMatchObject([{ found: 'the database is read-only' }]);
  }, 60_000);

  it('that is a standby fails it', async () => {
    const server = await RestartablePostgres.start();
    cleanUp.unshift(() => server.remove());
    await server.becomeStandby();
    await until('the standby answers', () => responses(server.url));
    const { of } = await examine({ DATABASE_URL: server.url });

    expect(of('writes')).toMatchObject([
      { status: 'failure', found: 'the database is a standby, which is read-only' },
    ]);
    expect(of('encoding')).toMatchObject([{ status: 'ok', found: 'server_encoding is UTF8' }]);
  }, 60_000);

  it('with an invalid index names it and what to run', async () => {
    const database = await createdDatabase('postgres');
    const other = await database.connect([]);
    await other.query('CREATE INDEX half_made ON "user" (surname)');
    await other.query(`UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'half_made'::regclass`);
    const { code, of } = await examine({ DATABASE_URL: database.url });

    expect(code).toBe(2);
    expect(of('indexes')).toMatchObject([
      {
        status: 'failure',
        found: expect.stringContaining('the index half_made on user is invalid'),
        remedy: 'REINDEX INDEX CONCURRENTLY half_made',
      },
    ]);
  }, 60_000);

  it('with another encoding fails it', async () => {
    const database = await createDatabase('postgres');
    cleanUp.unshift(() => database.destroy());
    const admin = await database.connect([]);
    await admin.query(`CREATE DATABASE doctor_latin1 ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
    cleanUp.unshift(() => admin.query('DROP DATABASE doctor_latin1 WITH (FORCE)'));
    const url = new URL(database.url);
    url.pathname = 'doctor_latin1';
    const { of } = await examine({ DATABASE_URL: url.href });

    expect(of('encoding')).toMatchObject([
      { status: 'failure', found: expect.stringContaining('server_encoding is LATIN1') },
    ]);
  }, 60_000);
});

describe('doctor on a SQLite file', () => {
  it('in a folder that is not writable fails it, and everything else is reported', async () => {
    const place = join(folder, 'locked');
    await mkdir(place);
    const isProtected = protect(place);
    if (!isProtected) return;
    const { code, failures, of } = await examine({ DATABASE_URL: `sqlite:${place}/accounts.db` });

    expect(code).toBe(2);
    expect(failures[0]).toBe('database');
    for (const check of ['disk', 'clock', 'mail', 'notification service', 'password hash'] as const)
      expect(of(check)).not.toEqual([]);
  }, 60_000);

  it('that is not writable fails it, and everything else is reported', async () => {
    const database = await createdDatabase('sqlite');
    if (!protect(database.url.slice('sqlite:'.length))) return;
    const { code, failures, of } = await examine({ DATABASE_URL: database.url });

    expect(code).toBe(2);
    expect(failures.length).toBeGreaterThan(0);
    expect(['database', 'writes']).toContain(failures[0]);
    for (const check of ['disk', 'clock', 'mail', 'notification service', 'password hash'] as const)
      expect(of(check)).not.toEqual([]);
  }, 60_000);
});

/** Makes a file or folder read-only, even for root. */
function protect(path: string): boolean {
  try {
    execFileSync('chattr', ['+i', path], { stdio: 'ignore' });
  } catch {
    console.warn('SKIPPED: chattr +i needs root and a file system that knows it');
    return false;
  }
  cleanUp.unshift(() => execFileSync('chattr', ['-i', path]));
  return true;
}

async function responses(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  return client
    .connect()
    .then(() => client.end())
    .then(
      () => true,
      () => false,
    );
}
