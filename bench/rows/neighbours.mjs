import { join } from 'node:path';
import { withPostgres } from '../lab/postgres.mjs';
import { part } from '../lab/throughput.mjs';

const everyMs = 15;
const troubles = { alone: {}, ours: { poison: 100, hanging: 100 } };

/** How long the messages of one consumer take, alone and while the messages of two others fail and hang. */
export function measure(lab) {
  return withPostgres(async (newDatabase) => [
    ...(await compare(lab, 'SQLite', `sqlite:${join(lab.newFolder(), 'outbox.db')}`)),
    ...(await compare(lab, 'PostgreSQL', await newDatabase('bench_neighbours'))),
  ]);
}

async function compare(lab, database, address) {
  const program = await lab.open({
    name: 'the consumers',
    file: join(import.meta.dirname, '../outbox/neighbours.mjs'),
    variables: { DATABASE_URL: address, NODE_ENV: 'production' },
  });
  const run = (more) =>
    program.call({ call: 'latency', argument: { seconds: 2 * lab.seconds, everyMs, ...more } });
  await run({});
  const results = await lab.interleaved(Object.keys(troubles), (name) => run(troubles[name]));
  await lab.stop(program);
  const p50 = part(results, 'p50');
  const p99 = part(results, 'p99');
  const name = `${database}, beside a failing and a hanging consumer`;
  return [
    { name: `${name}, p50`, unit: 'ms', values: p50 },
    {
      name: `${name}, p99`,
      unit: 'ms',
      values: p99,
      compared: { what: 'ours to alone', unit: 'ms more', values: differences(p99.ours, p99.alone) },
      goal: { most: 50 },
    },
    { name: 'failed attempts meanwhile', unit: '', values: { ours: part(results, 'failures').ours } },
  ];
}

const differences = (values, others) => values.map((value, round) => value - others[round]);
