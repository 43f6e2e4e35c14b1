import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { addMessages, withDatabase } from '../lab/outbox-table.mjs';
import { percentile } from '../lab/statistics.mjs';
import { part } from '../lab/throughput.mjs';

const file = (folder) => join(folder, 'data/accounts.db');
const waiting = 3_000;

/** From the recording of a message to the result of its delivery, and how fast a backlog is drained. */
export async function measure(lab) {
  const idle = await lab.interleaved(['ours'], () => latency(lab, { inFlight: 1, every: 100 }));
  const busy = await lab.interleaved(['ours'], () => latency(lab, { inFlight: 10 }));
  const drained = await lab.interleaved(['ours'], () => drain(lab));
  return [
    { name: 'recorded to delivered, idle, p50', unit: 'ms', values: part(idle, 'p50') },
    { name: 'recorded to delivered, idle, p99', unit: 'ms', values: part(idle, 'p99'), goal: { most: 50 } },
    { name: 'recorded to delivered, 10 sign-ups at once, p50', unit: 'ms', values: part(busy, 'p50') },
    { name: 'recorded to delivered, 10 sign-ups at once, p99', unit: 'ms', values: part(busy, 'p99') },
    { name: `messages drained, of ${waiting}`, unit: '/s', values: part(drained, 'rate') },
  ];
}

async function latency(lab, stream) {
  const folder = lab.newFolder();
  const program = await lab.serve('ours', { folder });
  await lab.load([lab.signUps(program, { prefix: 'warm', inFlight: 4 })], { seconds: 1 });
  await pause(500);
  const since = Date.now();
  await lab.load([lab.signUps(program, { prefix: 'new', ...stream })]);
  await delivered(program);
  await lab.stop(program);
  const took = await withDatabase(file(folder), (database) =>
    database.rows(
      'SELECT done_at - created_at AS took FROM outbox_message WHERE created_at >= ? ORDER BY took',
      since,
    ),
  );
  const ascending = took.map((row) => row.took);
  return { p50: percentile(ascending, 0.5), p99: percentile(ascending, 0.99) };
}

async function drain(lab) {
  const folder = lab.newFolder();
  await lab.stop(await lab.serve('ours', { folder }));
  await withDatabase(file(folder), (database) => addMessages(database, { due: waiting }));
  const program = await lab.serve('ours', { folder });
  await delivered(program);
  await lab.stop(program);
  return withDatabase(file(folder), async (database) => {
    const [{ began, ended }] = await database.rows(
      'SELECT min(started_at) AS began, max(started_at + duration) AS ended FROM outbox_attempt',
    );
    return { rate: (waiting / (ended - began)) * 1_000 };
  });
}

/** Waits until everything is delivered. */
async function delivered(program) {
  const database = file(program.folder);
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await pause(100)) {
    const [{ left }] = await withDatabase(database, (open) =>
      open.rows(`SELECT count(*) AS left FROM outbox_message WHERE state IN ('pending', 'leased')`),
    );
    if (!left) return;
  }
  throw new Error(`Messages are still waiting after two minutes; see ${program.log}`);
}
