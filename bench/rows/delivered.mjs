import { join } from 'node:path';
import { withPostgres } from '../lab/postgres.mjs';
import { ratios } from '../lab/statistics.mjs';
import { part } from '../lab/throughput.mjs';

const waiting = 5_000;

/** What ten million delivered messages cost: a backlog is drained, and the messages are counted, without and with them. */
export async function measure(lab) {
  const delivered = lab.rounds === 1 ? 50_000 : 10_000_000;
  return [
    ...(await compare(lab, 'SQLite', delivered, (name) => `sqlite:${join(lab.newFolder(), `${name}.db`)}`)),
    ...(await withPostgres((newDatabase) => compare(lab, 'PostgreSQL', delivered, newDatabase))),
  ];
}

async function compare(lab, database, delivered, addressOf) {
  const programs = {
    ours: await open(lab, await addressOf('bench_full'), delivered),
    empty: await open(lab, await addressOf('bench_empty'), 0),
  };
  const results = await lab.interleaved(Object.keys(programs), (name) => look(programs[name]));
  await lab.stop(...Object.values(programs));
  const rate = part(results, 'rate');
  const status = part(results, 'status');
  const name = `${database}, beside ${delivered} delivered messages`;
  return [
    {
      name: `${name}: drained`,
      unit: '/s',
      values: rate,
      compared: { what: 'full to empty', unit: 'x empty', values: ratios(rate.ours, rate.empty) },
      goal: { least: 0.8 },
    },
    { name: `${name}: counted`, unit: 'ms', values: status, goal: { most: 50 } },
  ];
}

async function open(lab, address, done) {
  const program = await lab.open({
    name: `an outbox with ${done} delivered messages`,
    file: join(import.meta.dirname, '../outbox/drain.mjs'),
    variables: { DATABASE_URL: address, NODE_ENV: 'production' },
  });
  if (done) await program.call({ call: 'fill', argument: { count: 0, done } });
  return program;
}

async function look(program) {
  await program.call({ call: 'fill', argument: { count: waiting } });
  const { rate } = await program.call({ call: 'drain', argument: { count: waiting, concurrency: 20 } });
  return { rate, status: await program.call({ call: 'status' }) };
}
