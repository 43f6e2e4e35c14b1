/**
 * A PostgreSQL that accepts only TLS connections, with a certificate of a private CA (sslrootcert).
 * Real: the compiled programs, PostgreSQL, TLS. Fake: the certificate, which is its own CA, and the notification service.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeService } from '../../testing/fake-service.js';
import { readSettings } from '../../src/config/settings.js';
import { createDataSource } from '../../src/database/data-source.js';
import { SqlWorker, UnitTimeoutError } from '../../src/ddd/worker/index.js';
import type { Finding } from '../../src/cli/doctor/finding.js';
import { runCommand } from '../support/commands.js';
import { RestartablePostgres } from '../support/postgres-server.js';
import { startProgram } from '../support/program.js';
import { ada, keySecret, RunningService } from '../support/running-service.js';

class IdleWorker extends SqlWorker.with({}) {}

const ca = resolve('test/support/certificate/certificate.pem');
let server: RestartablePostgres;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-tls-'));
  server = await RestartablePostgres.start();
  const key = readFileSync('test/support/certificate/key.pem', 'utf8');
  await server.requireTls({ key, certificate: readFileSync(ca, 'utf8') });
});
afterAll(async () => {
  await server.remove();
  await rm(folder, { recursive: true, force: true });
});

/** `localhost` is the name in the certificate. */
const addressWith = (query: string) => `${server.url.replace('127.0.0.1', 'localhost')}?${query}`;
const variables = {
  PORT: '0',
  METRICS_PORT: '0',
  LOG_FORMAT: 'json',
  KEY_SECRET: keySecret,
  NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
};

describe('A database behind TLS', () => {
  it.each([
    'sslmode=verify-full',
    'sslmode=require',
    'sslmode=verify-full&uselibpqcompat=true',
    'sslmode=verify-ca&uselibpqcompat=true',
  ])('is used with its own CA by every program: %s', async (mode) => {
    const DATABASE_URL = addressWith(`${mode}&sslrootcert=${ca}`);
    const notifications = await FakeService.start();
    const service = await RunningService.start({
      DATABASE_URL,
      NOTIFICATION_SERVICE_URL: notifications.url,
    });
    try {
      const email = `ada+${mode.length}@example.com`;
      expect((await service.post('/user/', { ...ada, email })).status).toBe(200);
      await notifications.first;
      service.program.kill('SIGTERM');
      expect(await service.program.ended).toMatchObject({ 0: 0 });
      expect(service.program.output).not.toMatch(/"level":"(warn|error)"|SECURITY/);
    } finally {
      await service.stop();
      await notifications.stop();
    }
    const command = { cwd: folder, variables: { ...variables, DATABASE_URL } };
    const doctor = await runCommand('doctor', ['--json'], command);
    const findings = JSON.parse(doctor.output) as Finding[];
    expect(findings.find(({ check }) => check === 'database')).toMatchObject({ status: 'ok' });
    expect(await runCommand('outbox', ['status'], command)).toMatchObject({ code: 0 });
    expect(await runCommand('migrate', [], command)).toMatchObject({ code: 0 });
  });

  it('cancels the statement of a unit that is out of time, through TLS', async () => {
    const { database } = readSettings({ DATABASE_URL: addressWith(`sslmode=verify-full&sslrootcert=${ca}`) });
    const dataSource = await createDataSource(database, { entities: [], migrations: [] }).initialize();
    try {
      const run = new IdleWorker(dataSource).run((_, { manager }) => manager.query('SELECT pg_sleep(60)'), {
        timeoutMs: 100,
      });
      await expect(run).rejects.toThrow(UnitTimeoutError);
      expect(
        await dataSource.query(
          "SELECT pid FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND state <> 'idle' AND pid <> pg_backend_pid()",
        ),
      ).toEqual([]);
    } finally {
      await dataSource.destroy();
    }
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    ['without TLS', async () => server.url, /no encryption/],
    [
      'with the CAs of this machine',
      async () => addressWith('sslmode=verify-full'),
      /self-signed certificate/,
    ],
    [
      'with another CA',
      async () => {
        await writeFile(join(folder, 'other.pem'), rootCertificates[0] ?? '');
        return addressWith(`sslmode=verify-full&sslrootcert=${join(folder, 'other.pem')}`);
      },
      /self-signed certificate/,
    ],
    [
      'under a name that the certificate has not',
      async () => addressWith(`sslmode=verify-full&sslrootcert=${ca}`).replace('localhost', '127.0.0.1'),
      /127\.0\.0\.1.*(altnames|not in the cert)/,
    ],
    [
      'with a missing CA file',
      async () => addressWith('sslrootcert=/nowhere/ca.pem'),
      /sslrootcert.*\/nowhere\/ca\.pem/,
    ],
    [
      'with a CA that is no certificate',
      async () => {
        await writeFile(join(folder, 'empty.pem'), 'nothing');
        return addressWith(`sslmode=verify-full&sslrootcert=${join(folder, 'empty.pem')}`);
      },
      /certificate|self-signed/,
    ],
  ])('is not connected to %s, and the start explains why in one sentence', async (_, address, reason) => {
    const program = startProgram({ cwd: folder, variables: { ...variables, DATABASE_URL: await address() } });
    expect(await program.ended).toEqual([1, null]);
    const { output } = program;
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toMatch(reason);
    expect(output).not.toMatch(/^\s+at |"stack"|:test@/m);
  });
});
