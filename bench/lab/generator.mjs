/**
 * Sends the load from its own process, so that it shares only the processor with the program under test. Also
 * stands in for the notification service: a server that answers every request at once.
 */
import { createServer } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool } from 'undici';
import { requests } from './requests.mjs';
import { percentile } from './statistics.mjs';
import { takeCalls } from './calls.mjs';

const pools = new Map();
let receiver;

takeCalls({ load, receive, forget });

/**
 * Keeps every stream of requests running for the given time.
 * @param streams each `{ name, url, request, about, inFlight, every, obeys }`: `request` names an entry of requests.mjs,
 *   which is given a running number and `about`; `every` paces each of the `inFlight` clients, in milliseconds; a
 *   client that `obeys` waits as long as Retry-After says
 */
async function load({ streams, seconds, count = Infinity }) {
  const before = process.cpuUsage();
  const began = performance.now();
  const end = began + seconds * 1_000;
  const results = await Promise.all(streams.map((stream) => run(stream, end, count)));
  const elapsed = performance.now() - began;
  const { user, system } = process.cpuUsage(before);
  return { streams: Object.fromEntries(results), busy: (user + system) / 1_000 / elapsed };
}

async function run({ name, url, request, about, inFlight = 1, every = 0, obeys = false }, end, count) {
  const pool = poolTo(url);
  const responses = new Map();
  const began = performance.now();
  let sent = 0;
  const client = async () => {
    // Clients do not all arrive at the same moment.
    if (every || obeys) await pause(Math.random() * (every || 200));
    while (performance.now() < end && sent < count) {
      const sentAt = performance.now();
      const { status, retryAfterSeconds } = await send(pool, requests[request](sent++, about));
      const latency = performance.now() - sentAt;
      const key = status === 503 && !retryAfterSeconds ? '503 without Retry-After' : status;
      if (!responses.has(key)) responses.set(key, []);
      responses.get(key).push(latency);
      if (obeys && retryAfterSeconds)
        await pause(Math.min(retryAfterSeconds * 1_000 * (1 + Math.random() / 2), end - performance.now()));
      else if (every) await pause(Math.max(0, every - latency));
    }
  };
  await Promise.all(Array.from({ length: inFlight }, client));
  const elapsed = (performance.now() - began) / 1_000;
  return [name, { elapsed, responses: Object.fromEntries([...responses].map(summary)) }];
}

async function send(pool, { method, path, body, headers }) {
  try {
    const answer = await pool.request({
      method,
      path,
      body: body && JSON.stringify(body),
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    });
    await answer.body.dump();
    return {
      status: answer.statusCode,
      retryAfterSeconds: Number(answer.headers['retry-after']) || undefined,
    };
  } catch (error) {
    return { status: error.code ?? 'error' };
  }
}

/** As many connections as there are clients. Requests are never pipelined. */
function poolTo(url) {
  if (!pools.has(url)) pools.set(url, new Pool(url, { pipelining: 1, headersTimeout: 60_000 }));
  return pools.get(url);
}

async function forget(url) {
  await pools.get(url)?.destroy();
  pools.delete(url);
}

const summary = ([status, latencies]) => {
  latencies.sort((a, b) => a - b);
  return [
    status,
    {
      count: latencies.length,
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      most: latencies.at(-1),
    },
  ];
};

/** @returns the address of the notification service's stand-in */
async function receive() {
  if (!receiver) {
    receiver = createServer((request, response) => {
      request.resume();
      request.once('end', () => response.writeHead(200, { 'content-length': 0 }).end());
    });
    await new Promise((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  }
  return `http://127.0.0.1:${receiver.address().port}`;
}
