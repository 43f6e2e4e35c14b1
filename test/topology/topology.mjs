/**
 * Runs docker-compose.yml without containers: the same commands, environment, health checks and start order, as
 * processes of this machine (see deployment.mjs for what differs). Users live their lives through the one port, a
 * replica is killed and started again meanwhile, and everything is stopped as a container engine would stop it.
 * Real: the built programs with production packages alone, as the user of the image; PostgreSQL; nginx where it is
 * installed. Fake: a sink of mails stands for Mailpit. Needs `npm run build`. Run: npm run topology
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { responds, Deployment, proxyOfThisMachine, startProxy } from './deployment.mjs';
import { freePort } from './free-port.mjs';
import { layImageFolder } from './image-folder.mjs';
import { walks } from './walk.mjs';

const longest = 180_000;
const variables = {
  POSTGRES_PASSWORD: 'p@ss/word:with?every#thing%20',
  PASSWORD_PEPPER: '2026a:a-pepper-for-the-walk',
  // All users of the walk have one address.
  RATE_LIMIT_PER_MINUTE: '0',
};

const { folder, app } = layImageFolder();
const deployment = new Deployment({ folder, app, variables });
// What is still running is ended with this process.
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => process.exit(1));
const limit = setTimeout(() => fail(new Error(`not done after ${longest} ms`)), longest);

try {
  console.log(`The proxy is ${proxyOfThisMachine()}`);
  await step('a missing secret stops the start, by name', () => {
    assert.throws(() => new Deployment({ folder, app, variables: {} }), /POSTGRES_PASSWORD is not set/);
  });
  const origin = await step('every service starts in the order of its conditions', () => deployment.up());
  const replicas = deployment.programs.get('api');
  const users = [];

  await step('users live their lives through one port, and every replica serves', async () => {
    users.push(...(await walks(origin, 'first', 12)));
    for (const { name, requests } of replicas) assert.ok(requests > 0, `${name} served nothing`);
  });
  await step('a replica killed while users are served costs no user anything', async () => {
    const end = () => replicas[1].kill();
    const [emails] = await Promise.all([walks(origin, 'killed', 12), replicas[1].served(3).then(end)]);
    users.push(...emails);
  });
  await step('a replica that is stopped while users are served costs no user anything', async () => {
    const end = () => replicas[2].stop(replicas[2].grace);
    const [emails] = await Promise.all([walks(origin, 'stopped', 12), replicas[2].served(3).then(end)]);
    users.push(...emails);
  });
  await step('the killed replica comes back and serves', async () => {
    const served = replicas[1].requests;
    replicas[1].start();
    await replicas[1].healthy();
    users.push(...(await walks(origin, 'returned', 6)));
    assert.ok(replicas[1].requests > served);
  });
  await step('every user gets one mail', () => everyUserGotOneMail(users));
  await step('the proxy hands on who asks, and names every request', () => checkForwardedHeaders());
  await step('everything stops gracefully, with code 0', () => deployment.down());
  await step('no user got a second mail', () => everyUserGotOneMail(users));
  const handedOn = deployment.proxy.lines.filter((line) => line.includes('upstream')).length;
  if (handedOn) console.log(`${handedOn} requests were handed on from a replica that was gone`);
  console.log(
    `${users.length} users, requests by replica: ${replicas.map(({ requests }) => requests).join(', ')}`,
  );
} catch (error) {
  await fail(error);
} finally {
  clearTimeout(limit);
  rmSync(folder, { recursive: true, force: true });
}

async function everyUserGotOneMail(users) {
  const { received } = deployment.mails;
  for (const deadline = Date.now() + 30_000; received.size < users.length && Date.now() < deadline;)
    await new Promise((again) => setTimeout(again, 50));
  assert.deepEqual(new Map([...received].sort()), new Map(users.toSorted().map((email) => [email, 1])));
}

/** With a server in the place of the API that answers what it was told. */
async function checkForwardedHeaders() {
  const echo = createServer(({ headers }, response) => response.end(JSON.stringify(headers))).listen(
    0,
    '127.0.0.1',
  );
  await once(echo, 'listening');
  const port = await freePort();
  const proxy = await startProxy({ port, replicas: [`127.0.0.1:${echo.address().port}`], folder });
  const ask = async (headers) => (await fetch(`http://127.0.0.1:${port}/`, { headers })).json();
  await responds(`http://127.0.0.1:${port}`);
  const told = await ask({ 'x-forwarded-for': '192.0.2.7', 'x-request-id': 'mine' });
  assert.equal(told['x-forwarded-for'], '192.0.2.7, 127.0.0.1');
  assert.equal(told['x-request-id'], 'mine');
  assert.equal(told.host, `127.0.0.1:${port}`);
  assert.match((await ask({}))['x-request-id'], /^[A-Za-z0-9._-]{1,64}$/);
  await proxy.stop();
  echo.close();
}

async function step(name, run) {
  const began = Date.now();
  const result = await run();
  console.log(`ok - ${name} (${Date.now() - began} ms)`);
  return result;
}

async function fail(error) {
  console.error(error);
  for (const { name, lines } of [...[...deployment.programs.values()].flat(), deployment.proxy ?? []].flat())
    console.error(`--- the last lines of ${name}\n${lines.slice(-20).join('\n')}`);
  await deployment.abandon();
  rmSync(folder, { recursive: true, force: true });
  process.exit(1);
}
