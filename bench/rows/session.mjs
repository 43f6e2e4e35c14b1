import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { request } from 'undici';
import { built } from '../lab/built.mjs';
import { password } from '../lab/requests.mjs';
import { part, throughput } from '../lab/throughput.mjs';

const inFlight = 20;
const every = 10;
const verifications = 2_000;
/** So many that none of them comes to the most sessions that an account may have. */
const openers = 200;
/** How a caller signs in to a session of each subject, and reads who they are. */
const guarded = {
  ours: { signIn: '/session/', read: '/user/me/', headersOf: bearerOf },
  'better-auth': { signIn: '/api/auth/sign-in/email', read: '/api/auth/get-session', headersOf: cookieOf },
};

/** What a session costs: to open one, to be known by it at every request, and to verify its token. */
export async function measure(lab) {
  const programs = {};
  for (const name of ['ours', ...lab.peers]) programs[name] = await lab.serveAccounts(name);
  const figures = [
    ...(await creation(lab, programs.ours)),
    ...(await reads(lab, programs)),
    ...(await readsBesideSignIns(lab, programs)),
    ...(await refreshes(lab, programs.ours)),
    await verification(lab),
  ];
  await lab.stop(...Object.values(programs));
  return figures;
}

/** Two requests to one program, compared: opening a session, and the sign-in that it contains. */
async function creation(lab, program) {
  await lab.makeAccounts(program, { prefix: 'opener', count: openers });
  const signIns = lab.signIns(program, { inFlight: 10 });
  const about = { prefix: 'opener', accounts: openers, path: guarded.ours.signIn };
  const streams = { 'sign-in': signIns, ours: { ...signIns, about } };
  const results = await throughput(
    lab,
    { 'sign-in': program, ours: program },
    (_program, _round, name) => streams[name],
  );
  const cpu = part(results, 'cpu');
  return [
    { name: 'session opened, 10 at once', unit: '/s', values: { ours: part(results, 'rate').ours } },
    {
      name: 'session opened, CPU',
      unit: 'ms',
      values: { ours: cpu.ours },
      compared: {
        what: 'over a sign-in',
        unit: 'ms over a sign-in',
        values: cpu.ours.map((spent, round) => spent - cpu['sign-in'][round]),
      },
      goal: { most: 1.5 },
    },
  ];
}

/** Reads by a caller who is known, against `GET /` of the same program. */
async function reads(lab, programs) {
  const { ours } = programs;
  const page = { name: 'page', url: ours.url, request: 'GET /', inFlight };
  const streams = { page };
  for (const [name, program] of Object.entries(programs))
    streams[name] = await readStream(name, program, { inFlight });
  for (const stream of Object.values(streams)) await lab.load([stream], { seconds: 1 });
  const results = await throughput(
    lab,
    { page: ours, ...programs },
    (_program, _round, name) => streams[name],
  );
  const { page: pages, ...rate } = part(results, 'rate');
  const { page: _, ...cpu } = part(results, 'cpu');
  return [
    {
      name: `a guarded read, ${inFlight} at once`,
      unit: '/s',
      values: rate,
      compared: {
        what: 'ours to GET /',
        unit: 'x GET /',
        values: rate.ours.map((value, round) => value / pages[round]),
      },
      goal: { least: 0.6 },
    },
    { name: `a guarded read, ${inFlight} at once, CPU`, unit: 'ms', values: cpu },
  ];
}

/** How long a guarded read waits while 20 sign-ins are kept in flight. */
async function readsBesideSignIns(lab, programs) {
  const streams = {};
  for (const [name, program] of Object.entries(programs))
    streams[name] = await readStream(name, program, { every });
  const results = await lab.interleaved(Object.keys(programs), async (name) => {
    const { streams: told } = await lab.load([lab.signIns(programs[name], { inFlight }), streams[name]]);
    return told['guarded read'].responses[200];
  });
  return [
    { name: 'a guarded read beside 20 sign-ins, p50', unit: 'ms', values: part(results, 'p50') },
    {
      name: 'a guarded read beside 20 sign-ins, p99',
      unit: 'ms',
      values: part(results, 'p99'),
      goal: { most: 25 },
    },
  ];
}

/** Each of some sessions goes on once with the next tokens. */
async function refreshes(lab, program) {
  const results = await lab.interleaved(['ours'], async () => {
    const tokens = await openSessions(program);
    const stream = { name: 'refresh', url: program.url, request: 'refresh', about: { tokens }, inFlight };
    const before = await program.cpu();
    const { streams } = await lab.load([stream], { seconds: 30, count: tokens.length });
    const { responses, elapsed } = streams.refresh;
    const { count } = responses[200];
    return { rate: count / elapsed, cpu: ((await program.cpu()) - before) / 1_000 / count };
  });
  return [
    { name: `sessions refreshed, ${inFlight} at once`, unit: '/s', values: part(results, 'rate') },
    { name: 'a session refreshed, CPU', unit: 'ms', values: part(results, 'cpu') },
  ];
}

/** @returns the refresh token of a new session of each opener */
async function openSessions({ url }) {
  const tokens = [];
  for (let nth = 0; nth < openers; nth++) {
    const response = await request(url + guarded.ours.signIn, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: `opener${nth}@example.com`, password }),
    });
    const opened = /** @type {{ refresh_token: string }} */ (await response.body.json());
    tokens.push(opened.refresh_token);
  }
  return tokens;
}

/** Of the token alone, without its session; in this process. */
async function verification(lab) {
  const { signAccessToken, parseAccessToken, assertSignedBy, assertClaims } = await import(
    built('src/modules/session/token/access-token.js')
  );
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const issuer = 'http://localhost:8000';
  const iat = Math.floor(Date.now() / 1_000);
  const claims = { iss: issuer, aud: issuer, sub: randomUUID(), sid: randomUUID(), jti: randomUUID() };
  const token = signAccessToken(
    { ...claims, iat, exp: iat + 600, auth_time: iat, permissions: ['session:introspect'] },
    'key',
    privateKey,
  );
  const verify = () => {
    const parsed = parseAccessToken(token);
    assertSignedBy(publicKey, parsed);
    assertClaims(parsed.claims, issuer, Date.now());
  };
  const results = await lab.interleaved(['ours'], async () => {
    const before = process.cpuUsage();
    for (let count = 0; count < verifications; count++) verify();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1_000 / verifications;
  });
  return { name: 'a token verified, CPU', unit: 'ms', values: results, goal: { most: 0.15 } };
}

async function readStream(name, { url }, options) {
  const { signIn, read, headersOf } = guarded[name];
  const response = await request(url + signIn, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'member0@example.com', password }),
  });
  const headers = await headersOf(response);
  return { name: 'guarded read', url, request: 'get', about: { path: read, headers }, ...options };
}

async function bearerOf({ body }) {
  return { authorization: `Bearer ${(await body.json()).access_token}` };
}

async function cookieOf({ headers, body }) {
  await body.dump();
  const [cookie] = [headers['set-cookie']].flat();
  return { cookie: cookie.split(';')[0] };
}
