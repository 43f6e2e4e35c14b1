/**
 * A PostgreSQL that accepts only TLS connections, with a certificate of a private CA (sslrootcert).
 * Real: the compiled programs, PostgreSQL, TLS. Fake: the certificate, which is its own CA.
 */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Finding } from '../../src/cli/doctor/finding.js';
import { RestartablePostgres } from '../support/postgres-server.js';
import { programPath, startProgram } from '../support/program.js';
import { ada, keySecret, RunningService } from '../support/running-service.js';

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
const run = async (path: string, variables: NodeJS.ProcessEnv, ...args: string[]) => {
  const program = startProgram({
    cwd: folder,
    args: [programPath(path), ...args],
    variables: {
      PORT: '0',
      METRICS_PORT: '0',
      LOG_FORMAT: 'json',
      KEY_SECRET: keySecret,
      NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
      ...variables,
    },
  });
  const [code] = await program.ended;
  return { code, output: program.output };
};

describe('A database behind TLS', () => {
  it.each([
    'sslmode=verify-full',
    'sslmode=require',
    'sslmode=verify-full&uselibpqcompat=true',
    'sslmode=verify-ca&uselibpqcompat=true',
  ])('is used with its own CA by every program: %s', async (mode) => {
    const DATABASE_URL = addressWith(`${mode}&sslrootcert=${ca}`);
    const service = await RunningService.start({ DATABASE_URL });
    try {
      const email = `ada+${mode.length}@example.com`;
      expect((await service.post('/user/', { ...ada, email })).status).toBe(200);
      await service.program.said(/Welcome mail \S+ sent/);
      service.program.kill('SIGTERM');
      expect(await service.program.ended).toMatchObject({ 0: 0 });
      expect(service.program.output).not.toMatch(/"level":"(warn|error)"|SECURITY/);
    } finally {
      await service.stop();
    }
    const doctor = await run('src/cli/doctor.js', { DATABASE_URL }, '--json');
    const findings = JSON.parse(doctor.output) as Finding[];
    expect(findings.find(({ check }) => check === 'database')).toMatchObject({ status: 'ok' });
    for (const args of [['src/cli/outbox.js', 'status'], ['src/cli/migrate.js']] as [string, ...string[]][])
      expect(await run(args[0], { DATABASE_URL }, ...args.slice(1))).toMatchObject({ code: 0 });
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
    const { code, output } = await run('src/main.js', { DATABASE_URL: await address() });
    expect(code).toBe(1);
    expect(output.trim().split('\n')).toHaveLength(1);
    expect(output).toMatch(reason);
    expect(output).not.toMatch(/^\s+at |"stack"|:test@/m);
  });
});
