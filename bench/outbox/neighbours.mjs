/**
 * Our courier in a process of its own with three consumers: of one the latencies are measured, the other two fail and hang
 * when they have messages.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { built } from '../lab/built.mjs';
import { takeCalls } from '../lab/calls.mjs';
import { percentile } from '../lab/statistics.mjs';
import { handlerOf, onResult, openOutbox, startCourier } from './courier.mjs';
import { recordMessages } from './messages.mjs';

const { OutboxRepository } = await import(built('src/ddd/outbox/index.js'));
const { SqlWorker } = await import(built('src/ddd/worker/index.js'));

class MessageRepository extends OutboxRepository {
  topic = 'well';

  record(sentAt) {
    return this.add({ sentAt });
  }
}

const took = [];
const outbox = await openOutbox(process.env.DATABASE_URL);
const worker = new (SqlWorker.with({ message: MessageRepository }))(outbox.dataSource);
let failures = 0;
onResult(({ outcome }) => {
  if (outcome === 'retry') failures++;
});
await startCourier(outbox, [
  handlerOf({ topic: 'well' }, async ({ sentAt }) => void took.push(performance.now() - sentAt)),
  handlerOf({ topic: 'poison' }, async () => {
    throw new Error('poison');
  }),
  handlerOf({ topic: 'hanging' }, () => new Promise(() => {})),
]);

takeCalls({ latency });

/**
 * From before a unit of work that records a message to the call of its handler.
 * @returns `{ p50, p99 }` in milliseconds
 */
async function latency({ seconds, everyMs, poison = 0, hanging = 0 }) {
  if (poison) await recordMessages(outbox.dataSource, { topic: 'poison', count: poison });
  if (hanging) await recordMessages(outbox.dataSource, { topic: 'hanging', count: hanging });
  took.length = 0;
  failures = 0;
  const began = performance.now();
  const units = [];
  for (let at = 0; at < seconds * 1_000; at += everyMs) {
    await pause(Math.max(0, began + at - performance.now()));
    units.push(worker.run(({ message }) => message.record(performance.now()), { timeoutMs: 60_000 }));
  }
  await Promise.all(units);
  while (took.length < units.length) await pause(20);
  // The next round is alone again.
  await outbox.dataSource.query(
    `UPDATE outbox_message SET state = 'discarded', done_at = changed_at WHERE state <> 'done' AND topic <> 'well'`,
  );
  const ascending = took.toSorted((one, other) => one - other);
  return { p50: percentile(ascending, 0.5), p99: percentile(ascending, 0.99), failures };
}
