/** Drains messages with our courier and a handler that does nothing, in its own process. */
import { built } from '../lab/built.mjs';
import { takeCalls } from '../lab/calls.mjs';
import { percentile } from '../lab/statistics.mjs';
import { handlerOf, onResult, openOutbox, startCourier } from './courier.mjs';
import { recordMessages } from './messages.mjs';

const { Clock, OutboxQueue } = await import(built('src/ddd/outbox/index.js'));
const { SqlWorker } = await import(built('src/ddd/worker/index.js'));

const topic = 'bench';
const outbox = await openOutbox(process.env.DATABASE_URL);
const queue = new OutboxQueue(outbox.dataSource, new SqlWorker(outbox.dataSource), new Clock());
let left = 0;
/** @type {(value?: unknown) => void} */
let ended = () => {};
onResult(() => --left || ended());

takeCalls({ fill, drain, status });

/** Records messages while no courier runs; `done` of them are delivered already. */
async function fill({ count, done }) {
  await recordMessages(outbox.dataSource, { topic, count, done });
  await outbox.dataSource.query('ANALYZE outbox_message');
}

/** @returns `{ rate, cpu }`: messages a second, processor milliseconds of this process for each */
async function drain({ count, concurrency }) {
  left = count;
  const all = new Promise((resolve) => (ended = resolve));
  const before = process.cpuUsage();
  const began = performance.now();
  const stop = await startCourier(outbox, [handlerOf({ topic, concurrency }, async () => {})]);
  await all;
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(before);
  await stop();
  return { rate: count / seconds, cpu: (user + system) / 1_000 / count };
}

/** Milliseconds that a look of metrics or the doctor takes, the median. */
async function status() {
  const took = [];
  for (let turn = 0; turn < 20; turn++) {
    const began = performance.now();
    await queue.status();
    took.push(performance.now() - began);
  }
  return percentile(
    took.sort((one, other) => one - other),
    0.5,
  );
}
