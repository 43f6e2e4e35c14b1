import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { hashSpans, queueSpans } from '../../modules/user/index.js';
import type { HashLimiter } from '../../modules/user/index.js';
import { secondsSince } from './seconds.js';

/** The hash limiter: its queue, the rejected requests, and the duration of hashes. */
export function passwordMetrics(registry: Registry, limiter: Pick<HashLimiter, 'stats'>): (() => void)[] {
  const registers = [registry];
  const hashes = new Histogram({
    name: 'password_hash_duration_seconds',
    help: 'Time that one Argon2id hash took',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  const waits = new Histogram({
    name: 'password_hash_wait_seconds',
    help: 'Time that requests waited in the queue for a hash',
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  });
  new Gauge({
    name: 'password_hash_running',
    help: 'Hashes being computed',
    registers,
    collect() {
      this.set(limiter.stats.running);
    },
  });
  new Gauge({
    name: 'password_hash_waiting',
    help: 'Requests waiting for a hash',
    registers,
    collect() {
      this.set(limiter.stats.waiting);
    },
  });
  new Counter({
    name: 'password_hash_shed_total',
    help: 'Requests rejected with 503 because the queue for hashes was too long',
    registers,
    collect() {
      this.reset();
      this.inc(limiter.stats.shed);
    },
  });
  return [
    hashSpans.watch(({ startedAt }) => hashes.observe(secondsSince(startedAt))),
    queueSpans.watch(({ startedAt }) => waits.observe(secondsSince(startedAt))),
  ];
}
