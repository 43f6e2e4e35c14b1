/**
 * Drains jobs with pg-boss and a handler that does nothing, in its own process: as fast as its settings allow, in batches
 * as large as our slots, fetched without a pause while they come back full. Durable as its defaults are.
 */
import { PgBoss } from 'pg-boss';
import { takeCalls } from '../../lab/calls.mjs';

const queue = 'bench';
const boss = new PgBoss({ connectionString: process.env.DATABASE_URL, max: 10 });
boss.on('error', console.error);
await boss.start();
await boss.createQueue(queue);

takeCalls({ fill, drain });

/** Records jobs while nothing works. */
async function fill({ count }) {
  for (let recorded = 0; recorded < count; recorded += 5_000)
    await boss.insert(
      queue,
      Array.from({ length: Math.min(5_000, count - recorded) }, () => ({ data: { text: 'hello' } })),
    );
  const { rows } = await boss.getDb().executeSql('ANALYZE');
  return rows;
}

/** @returns `{ rate, cpu }`: jobs a second, processor milliseconds of this process for each */
async function drain({ count, concurrency, workers = 1 }) {
  let left = count;
  const before = process.cpuUsage();
  const began = performance.now();
  const all = new Promise((resolve) => {
    void boss.work(
      queue,
      {
        batchSize: concurrency,
        localConcurrency: workers,
        burstWhenBatchFull: true,
        pollingIntervalSeconds: 0.5,
      },
      async (jobs) => {
        left -= jobs.length;
        if (left <= 0) resolve();
      },
    );
  });
  await all;
  // Ends when the results of the last batch are written.
  await boss.offWork(queue, { wait: true });
  const seconds = (performance.now() - began) / 1_000;
  const { user, system } = process.cpuUsage(before);
  return { rate: count / seconds, cpu: (user + system) / 1_000 / count };
}
