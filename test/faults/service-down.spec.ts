/**
 * Accounts while the notification service is away, and after restarts.
 * Real: the API and the notification service as processes of their own, signals, files. Fake: in the place of the
 * service, for a while, a server that takes every request and answers none.
 */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { newAccount } from '../support/accounts.js';
import { MailProgram } from '../support/mail-program.js';
import { readMail } from '../support/mail-reading.js';
import { startProgram } from '../support/program.js';
import type { RunningProgram } from '../support/program.js';
import { hang, FakeService } from '../../testing/fake-service.js';
import { until } from '../support/until.js';

let cwd: string;
let services: MailProgram;
const running: RunningProgram[] = [];
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), 'accounts-away-'));
  services = new MailProgram(cwd);
});
afterEach(async () => {
  services.killAll();
  for (const program of running.splice(0)) {
    program.kill('SIGKILL');
    await program.ended;
  }
  await rm(cwd, { recursive: true, force: true, maxRetries: 10 });
});

async function startApi(service: string, more: Record<string, string> = {}) {
  const variables = { PORT: '0', NOTIFICATION_SERVICE_URL: service, SHUTDOWN_GRACE_MS: '0', ...more };
  const program = startProgram({ cwd, variables });
  running.push(program);
  const [, url = ''] = await program.said(/API (http:\/\/127\.0\.0\.1:\d+)\//);
  const post = async (path: string, body: object) => {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    await response.text();
    return response.status;
  };
  return { program, post };
}

const mails = async () =>
  (await readdir(join(cwd, 'mails')).catch(() => [])).filter((name) => name.endsWith('.eml'));

describe('With a notification service that does not respond', () => {
  it('a create still answers 200, and one mail is sent once the service is back', async () => {
    const silent = await FakeService.start(hang);
    const { post, program } = await startApi(silent.url);
    const account = newAccount();

    // The service holds its request forever: a response that waited for it would never come.
    expect(await post('/user/', account)).toBe(200);
    await until('the message is in flight', () => silent.inFlight === 1);
    expect(await post('/user/activate/', account)).toBe(200);
    expect(await post('/user/signin/', account)).toBe(200);
    expect(silent.inFlight).toBe(1);
    const port = new URL(silent.url).port;
    await silent.stop();

    const service = services.standalone({ NOTIFICATION_PORT: port, MAIL_FOLDER: join(cwd, 'mails') });
    await service.said(/Listening on/);
    await until('the mail is there', async () => (await mails()).length > 0);
    program.kill('SIGTERM');
    expect(await program.ended).toEqual([0, null]);

    const [file = '', ...more] = await mails();
    expect(more).toEqual([]);
    const { headers } = readMail(await readFile(join(cwd, 'mails', file), 'utf8'));
    expect(headers.get('to')).toContain(account.email);
  });

  it('the message outlives the process: the next one delivers it', async () => {
    const silentRecipient = await FakeService.start();
    const { port } = new URL(silentRecipient.url);
    await silentRecipient.stop();
    // A claim that a killed process takes with it holds for three times as long.
    const quick = { NOTIFICATION_TIMEOUT_MS: '1000' };
    const first = await startApi(unusedAddress(port), quick);
    expect(await first.post('/user/', newAccount())).toBe(200);
    first.program.kill('SIGKILL');
    await first.program.ended;

    const service = services.standalone({ NOTIFICATION_PORT: port, MAIL_FOLDER: join(cwd, 'mails') });
    await service.said(/Listening on/);
    await startApi(unusedAddress(port), quick);
    await until('the mail is there', async () => (await mails()).length === 1);
  });
});

describe('A restart', () => {
  it.each(['SIGTERM', 'SIGKILL'] as const)('by %s keeps every account able to sign in', async (signal) => {
    const accounts = Array.from({ length: 10 }, () => newAccount());
    const first = await startApi(unusedAddress('9'));
    for (const account of accounts) {
      expect(await first.post('/user/', account)).toBe(200);
      expect(await first.post('/user/activate/', account)).toBe(200);
    }
    first.program.kill(signal);
    await first.program.ended;

    const second = await startApi(unusedAddress('9'));
    for (const account of accounts) {
      expect(await second.post('/user/signin/', account)).toBe(200);
      expect(await second.post('/user/signin/', { ...account, password: 'wrong' })).toBe(401);
    }
  });
});

const unusedAddress = (port: string) => `http://127.0.0.1:${port}`;
