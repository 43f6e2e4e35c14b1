/**
 * Clients of http://localhost:8000 for so many seconds: they look, sign up and sign in, each on a connection that it keeps.
 * Afterwards every account whose creation was answered with 200 has to be there. Run: node load.mjs SECONDS [LENIENT_SECONDS]
 * Exit code 1: a request failed (within the lenient seconds from the third on, some may), or an account is lost.
 */
import { Agent, request } from 'node:http';

const clients = 6;
const pauseMs = 20;
const [seconds = 20, lenientSeconds = 0] = process.argv.slice(2).map(Number);
const agent = new Agent({ keepAlive: true, maxSockets: clients });
const run = `${process.pid}-${Date.now()}`;
const created = [];
const failures = [];
let requests = 0;
let slowestMs = 0;

function ask(method, path, body) {
  const began = Date.now();
  const text = body && JSON.stringify(body);
  const headers = text
    ? { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) }
    : {};
  return new Promise((resolve) => {
    const sent = request({ host: '127.0.0.1', port: 8000, agent, method, path, headers, timeout: 20_000 });
    sent.on('response', (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode));
      response.on('error', ({ message }) => resolve(message));
    });
    sent.on('timeout', () => sent.destroy(new Error('no answer in 20 s')));
    sent.on('error', ({ message }) => resolve(message));
    sent.end(text);
  }).then((answer) => {
    requests += 1;
    slowestMs = Math.max(slowestMs, Date.now() - began);
    return answer;
  });
}

const signIn = (email) => ask('POST', '/user/signin/', { email, password: '123456' });
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

async function client(number, began) {
  for (let turn = 0; Date.now() < began + seconds * 1_000; turn++) {
    const at = (Date.now() - began) / 1_000;
    const email = `load${number}-${turn}-${run}@example.com`;
    const known = created[Math.floor(Math.random() * created.length)];
    const steps = [
      ['GET /', 200, () => ask('GET', '/')],
      [
        'create',
        200,
        () => ask('POST', '/user/', { name: 'Ada', surname: 'Load', email, password: '123456' }),
      ],
      ['sign in', known ? 400 : 404, () => signIn(known ?? email)],
    ];
    const [name, expected, send] = steps[turn % steps.length];
    const answer = await send();
    if (name === 'create' && answer === 200) created.push(email);
    const isForgiven = at >= 2 && at < 3 + lenientSeconds;
    if (answer !== expected && !(lenientSeconds && isForgiven))
      failures.push(`${at.toFixed(1)} s: ${name} ${answer}`);
    await pause(pauseMs);
  }
}

/** Sign-in says of an account that is there that it must be activated. */
async function isThere(email) {
  for (let tries = 0; tries < 20; tries++) {
    const answer = await signIn(email);
    if (answer !== 503) return answer === 400;
    await pause(300);
  }
  return false;
}

const began = Date.now();
await Promise.all(Array.from({ length: clients }, (_, number) => client(number, began)));
const lost = [];
for (const email of created) if (!(await isThere(email))) lost.push(email);
agent.destroy();
console.log(
  `${requests} requests, slowest ${slowestMs} ms, ${failures.length} failed, ${created.length} accounts, ${lost.length} lost`,
);
for (const failure of failures.slice(0, 5)) console.log(failure);
process.exitCode = failures.length || lost.length || !created.length ? 1 : 0;
