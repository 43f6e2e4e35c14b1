import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { attemptChannel, maxCountedEnded } from '../../ddd/outbox/index.js';
import type { AttemptReport } from '../../ddd/outbox/index.js';
import type { DatabaseMonitor } from '../health/database-monitor.js';

/** Messages by state, the age of the oldest, and the outcomes of attempts. */
export function outboxMetrics(registry: Registry, monitor: DatabaseMonitor): (() => void)[] {
  const registers = [registry];
  new Gauge({
    name: 'outbox_messages',
    help: `Messages in the database by state, as last counted; every process on one database reports the same. Of done and discarded at most ${maxCountedEnded} are counted: outbox_attempts_total counts every delivery`,
    labelNames: ['state'] as const,
    registers,
    async collect() {
      await monitor.refresh();
      const { value } = monitor.outbox;
      for (const [state, count] of Object.entries(value?.messages ?? {})) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'outbox_messages_age_seconds',
    help: 'Time since the messages were last counted: more than a scrape interval while they cannot be',
    registers,
    async collect() {
      await monitor.refresh();
      if (monitor.outbox.value) this.set(monitor.outbox.ageMs / 1_000);
      else this.remove();
    },
  });
  new Gauge({
    name: 'outbox_oldest_undelivered_age_seconds',
    help: 'Age of the oldest message still to be delivered, 0 when there is none',
    registers,
    async collect() {
      await monitor.refresh();
      const { value } = monitor.outbox;
      if (!value) return this.remove();
      const since = value.oldestUndelivered;
      this.set(since === null ? 0 : Math.max(0, (Date.now() - since) / 1_000));
    },
  });
  new Gauge({
    name: 'outbox_topic_held',
    help: '1 while the messages for a consumer are held back, because its service keeps failing',
    labelNames: ['topic', 'consumer'] as const,
    registers,
    async collect() {
      await monitor.refresh();
      this.reset();
      for (const { topic, consumer } of monitor.outbox.value?.held ?? []) this.set({ topic, consumer }, 1);
    },
  });
  new Gauge({
    name: 'outbox_unhandled_messages',
    help: 'Pending messages for a consumer that no program has a handler for',
    labelNames: ['topic', 'consumer'] as const,
    registers,
    async collect() {
      await monitor.refresh();
      this.reset();
      for (const { topic, consumer, messages } of monitor.outbox.value?.unhandled ?? [])
        this.set({ topic, consumer }, messages);
    },
  });
  new Gauge({
    name: 'outbox_scheduled_messages',
    help: 'Pending messages that wait for the time that they were recorded for',
    registers,
    async collect() {
      await monitor.refresh();
      this.reset();
      if (monitor.outbox.value) this.set(monitor.outbox.value.scheduled);
    },
  });
  const ended = new Counter({
    name: 'outbox_attempts_total',
    help: 'Attempts to deliver a message by topic, consumer and outcome: delivered, retry, dead, lost or late',
    labelNames: ['topic', 'consumer', 'outcome'] as const,
    registers,
  });
  const durations = new Histogram({
    name: 'outbox_attempt_duration_seconds',
    help: 'Duration of one attempt to deliver a message',
    labelNames: ['topic', 'consumer'] as const,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const count = (report: unknown) => {
    const { topic, consumer, outcome, duration } = report as AttemptReport;
    ended.inc({ topic, consumer, outcome });
    durations.observe({ topic, consumer }, duration / 1_000);
  };
  subscribe(attemptChannel.name, count);
  return [() => void unsubscribe(attemptChannel.name, count)];
}
