import { availableParallelism } from 'node:os';
import { hashRaw } from '@node-rs/argon2';
import type { Settings } from '../../config/settings.js';
import { threadPoolSize } from '../../config/thread-pool.js';
import { duration } from './duration.js';
import type { Finding } from './finding.js';

const rounds = 5;
const check = 'password hash';
/** The minimum that OWASP recommends for Argon2id (Password Storage Cheat Sheet: 19 MiB, 2 passes). */
const minMemoryKib = 19_456;
const minPasses = 2;
/** A faster hash costs an attacker too little. */
const minHashMs = 10;
/** A slower hash makes users wait, and limits the capacity of the service. */
const maxHashMs = 250;
/** The duration that new parameters are recommended for. */
const targetHashMs = 50;

/** Measures a hash with the current settings, and checks that they and the limiter fit this machine. */
export async function checkPasswordHash(settings: Settings['password']): Promise<Finding> {
  const { memoryKib, iterations, parallelism, concurrency, maxWaitMs } = settings;
  const options = { memoryCost: memoryKib, timeCost: iterations, parallelism, salt: Buffer.alloc(16, 1) };
  await hashRaw('warm up', options);
  const alone = await medianMs(() => hashRaw('measured', options));
  const together = await medianMs(() =>
    Promise.all(Array.from({ length: concurrency }, () => hashRaw('measured', options))),
  );
  const max = Math.max(1, Math.min(availableParallelism(), threadPoolSize() - 1));
  const found =
    `${duration(alone)} alone, ${duration(together)} with ${concurrency} at once: ` +
    `${Math.round((concurrency * 1_000) / together)} sign-ins/s at most`;
  const parameters = `${advisedParameters(memoryKib * iterations, alone)} would take about ${targetHashMs} ms`;
  const remedies = [
    ...(memoryKib * iterations < minMemoryKib * minPasses
      ? [`An attacker could try too many passwords per second: ${parameters}`]
      : []),
    ...(alone > maxHashMs ? [`Users wait long, and few can sign in at once: ${parameters}`] : []),
    ...(together > maxWaitMs
      ? [`The second request in the queue waits longer than PASSWORD_MAX_WAIT_MS: ${parameters}`]
      : []),
    ...(concurrency > max
      ? [`Set PASSWORD_CONCURRENCY=${max}: more would starve the database of cores or of libuv's threads`]
      : []),
  ];
  if (remedies.length) return { check, status: 'warning', found, remedy: remedies.join('. ') };
  const advice = alone < minHashMs ? `This machine could afford more: ${parameters}` : undefined;
  return { check, status: 'ok', found, ...(advice && { remedy: advice }) };
}

/** The duration grows with memory times passes; more passes need no more memory when many users sign in at once. */
function advisedParameters(work: number, alone: number): string {
  const passes = Math.round((targetHashMs * work) / alone / minMemoryKib);
  return `PASSWORD_MEMORY_KIB=${minMemoryKib} with PASSWORD_ITERATIONS=${Math.min(64, Math.max(2, passes))}`;
}

async function medianMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    await work();
    times.push(performance.now() - started);
  }
  return times.sort((one, other) => one - other)[Math.floor(rounds / 2)] ?? 0;
}
