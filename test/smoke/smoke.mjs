/**
 * Starts the built program as a user would, with its defaults and an empty folder to work in, and walks one account
 * through it: create, activate, sign in, the welcome mail, a stop, and a sign-in after the restart. Everything is real.
 * Needs `npm run build`. Run: `node test/smoke/smoke.mjs`
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const program = resolve(import.meta.dirname, '../../dist/src/main.js');
const account = {
  name: 'Ada',
  surname: 'Smoke',
  email: 'ada.smoke@example.com',
  password: 'a-long-password',
};
const { email, password } = account;

const folder = await mkdtemp(join(tmpdir(), 'account-service-smoke-'));
const started = [];

try {
  const first = await start();
  await step('GET / answers', async () => {
    const { status, body } = await call(first, 'GET', '/');
    assert.equal(status, 200);
    assert.equal(body.public, true);
  });
  await step('create, activate and sign in answer 200', async () => {
    assert.equal((await call(first, 'POST', '/user/', account)).status, 200);
    assert.equal((await call(first, 'POST', '/user/signin/', { email, password })).status, 400);
    assert.equal((await call(first, 'POST', '/user/activate/', { email, password })).status, 200);
    await signIn(first);
  });
  await step('one welcome mail is written', async () => {
    const mails = await within(20_000, 'a mail file', async () => {
      const found = await mailsIn(folder);
      return found.length > 0 && found;
    });
    assert.equal(mails.length, 1);
    assert.ok(mails[0].includes(email), 'the mail is addressed to the new account');
  });
  await step('SIGTERM ends it with code 0', () => stop(first));

  const second = await start();
  await step('the account signs in after a restart', () => signIn(second));
  await step('SIGTERM ends it with code 0', () => stop(second));
} catch (error) {
  console.error(error);
  for (const { lines } of started) console.error(`--- what the program said\n${lines.join('')}`);
  process.exitCode = 1;
} finally {
  for (const { child } of started) {
    child.kill('SIGKILL');
    // A process that it left behind may hold these open, which would keep this process alive.
    child.stdout.destroy();
    child.stderr.destroy();
  }
  await rm(folder, { recursive: true, force: true });
}

/** Starts the program on free ports and waits until the printed address responds. */
async function start() {
  const { PATH, HOME } = process.env;
  const child = spawn(process.execPath, [program], {
    cwd: folder,
    env: { PATH, HOME, PORT: '0', NOTIFICATION_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const running = { child, lines: [], address: undefined };
  started.push(running);
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => running.lines.push(text));

  await step('the program starts and prints its address', async () => {
    running.address = await within(30_000, 'an address that answers', () => {
      assert.equal(child.exitCode, null, 'the program ended before it was ready');
      return printedAddress(running.lines.join(''));
    });
  });
  return running;
}

/** The address of the API among the printed ones: its `GET /` reports that it is public. */
async function printedAddress(text) {
  for (const address of new Set(text.match(/http:\/\/[\w.[\]-]+:\d+/g))) {
    const { body } = await call({ address }, 'GET', '/').catch(() => ({}));
    if (body?.public === true) return address;
  }
  return undefined;
}

async function stop({ child }) {
  const ended = once(child, 'exit', { signal: AbortSignal.timeout(15_000) });
  child.kill('SIGTERM');
  assert.deepEqual(await ended, [0, null]);
}

async function signIn(running) {
  const { status, body } = await call(running, 'POST', '/user/signin/', { email, password });
  assert.equal(status, 200);
  assert.deepEqual([body.email, body.active, body.password], [email, true, '...']);
}

async function call({ address }, method, path, body) {
  const response = await fetch(address + path, {
    method,
    headers: body && { 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  return { status: response.status, body: text && JSON.parse(text) };
}

async function mailsIn(parent) {
  const files = await readdir(parent, { recursive: true });
  return Promise.all(
    files.filter((file) => file.endsWith('.eml')).map((file) => readFile(join(parent, file), 'utf8')),
  );
}

/** Polls until there is a result, or fails with what was awaited. */
async function within(milliseconds, what, ask) {
  for (const deadline = Date.now() + milliseconds; Date.now() < deadline; await pause(100)) {
    const answer = await ask();
    if (answer) return answer;
  }
  throw new Error(`waited ${milliseconds} ms in vain for ${what}`);
}

async function step(name, run) {
  await run();
  console.log(`ok - ${name}`);
}
