import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { attemptChannel } from '../../ddd/outbox/attempt-channel.js';
import type { AttemptReport } from '../../ddd/outbox/attempt-channel.js';
import type { OutboxStatus } from '../../ddd/outbox/outbox-queue.js';

/**
 * Messages: how many in which state, how old the oldest is, and how the attempts end.
 * @param status asked for at every collection; while it fails, the state is left out, as nothing is known
 */
export function outboxMetrics(registry: Registry, status: () => Promise<OutboxStatus>): (() => void)[] {
  const registers = [registry];
  const ask = sharedWhileAsking(() => status().catch(() => undefined));
  new Gauge({
    name: 'outbox_messages',
    help: 'Messages in the database by state; every process of one database tells the same',
    labelNames: ['state'] as const,
    registers,
    async collect() {
      const found = await ask();
      this.reset();
      for (const [state, count] of Object.entries(found?.messages ?? {})) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'outbox_oldest_undelivered_age_seconds',
    help: 'Age of the oldest message still to be delivered, 0 when there is none',
    registers,
    async collect() {
      const found = await ask();
      if (!found) return this.remove();
      const since = found.oldestUndelivered;
      this.set(since === null ? 0 : Math.max(0, (Date.now() - since) / 1_000));
    },
  });
  const ended = new Counter({
    name: 'outbox_attempts_total',
    help: 'Tries at delivering a message by topic and outcome: delivered, retry, dead, lost or late',
    labelNames: ['topic', 'outcome'] as const,
    registers,
  });
  const durations = new Histogram({
    name: 'outbox_attempt_duration_seconds',
    help: 'Time that one try at delivering a message took',
    labelNames: ['topic'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const count = (told: unknown) => {
    const { topic, outcome, duration } = told as AttemptReport;
    ended.inc({ topic, outcome });
    durations.observe({ topic }, duration / 1_000);
  };
  attemptChannel.subscribe(count);
  return [() => void attemptChannel.unsubscribe(count)];
}

/** One question for all who ask while it is under way. */
function sharedWhileAsking<Answer>(question: () => Promise<Answer>): () => Promise<Answer> {
  let asked: Promise<Answer> | undefined;
  return () => (asked ??= question().finally(() => (asked = undefined)));
}
