import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { withPostgres } from '../lab/postgres.mjs';

const outbox = join(import.meta.dirname, '../outbox');
const perSecond = 800;
const longReads = 3;
/** A transaction that reads for so long keeps every dead row and index entry of that time. */
const readSeconds = 60;

/** The age of the oldest message while transactions that only read stay open. */
export function measure(lab) {
  // One short round with `--quick`.
  const seconds = lab.rounds === 1 ? 5 : readSeconds;
  return withPostgres(async (newDatabase) => {
    const alone = await oldest(lab, await newDatabase('bench_alone'), { seconds, reads: 0 });
    const beside = await oldest(lab, await newDatabase('bench_beside'), { seconds, reads: longReads });
    const name = `the oldest of ${perSecond} messages a second`;
    return [
      { name: `${name}, at most`, unit: 'ms', values: { ours: alone.ages } },
      {
        name: `${name}, beside ${longReads} reads of ${seconds} s`,
        unit: 'ms',
        values: { ours: [Math.max(...beside.ages)] },
        goal: { most: 2_000 },
      },
      { name: 'messages recorded meanwhile', unit: '/s', values: { ours: [beside.recorded / seconds] } },
    ];
  });
}

async function oldest(lab, address, { seconds, reads }) {
  const variables = { DATABASE_URL: address, NODE_ENV: 'production' };
  const courier = await lab.open({ name: 'the courier', file: join(outbox, 'backlog.mjs'), variables });
  const recorder = await lab.open({ name: 'the recorder', file: join(outbox, 'recorder.mjs'), variables });
  await recorder.call({ call: 'record', argument: { perSecond: 100, seconds: 1 } });
  const clients = [];
  for (let number = 0; number <= reads; number++) clients.push(await connect(address));
  const [observer, ...readers] = clients;
  for (const reader of readers) {
    await reader.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
    await reader.query('SELECT count(*) FROM outbox_message');
  }
  let isRecording = true;
  const recording = recorder
    .call({ call: 'record', argument: { perSecond, seconds } })
    .finally(() => (isRecording = false));
  const ages = [];
  while (isRecording) {
    ages.push(await oldestAge(observer));
    await pause(500);
  }
  const recorded = await recording;
  for (const client of clients) await client.end();
  await lab.stop(recorder, courier);
  return { ages, recorded };
}

async function connect(address) {
  const client = new pg.Client({ connectionString: address });
  await client.connect();
  return client;
}

/** Milliseconds; 0 when nothing waits. */
async function oldestAge(client) {
  const { rows } = await client.query(
    `SELECT min(created_at) AS oldest FROM outbox_message WHERE state IN ('pending', 'leased')`,
  );
  return rows[0].oldest === null ? 0 : Math.max(0, Date.now() - Number(rows[0].oldest));
}
