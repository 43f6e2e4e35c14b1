import { join } from 'node:path';
import { ensurePeer } from '../lab/peer.mjs';
import { databaseCpu, withPostgres } from '../lab/postgres.mjs';
import { comparedBy, part } from '../lab/throughput.mjs';

/** Deliveries in flight of ours, and the size of a peer's batches. */
const atOnce = [20, 200];
const peerName = 'pg-boss';

/** How fast a backlog on PostgreSQL is drained by a handler that does nothing. */
export function measure(lab) {
  const waiting = lab.rounds === 1 ? 2_000 : 20_000;
  const hasPeer = lab.peers.includes(peerName);
  return withPostgres(async (newDatabase) => {
    const programs = { ours: await open(lab, await newDatabase('bench_ours'), { name: 'ours' }) };
    if (hasPeer) programs[peerName] = await openPeer(lab, await newDatabase('bench_peer'));
    const figures = [];
    for (const concurrency of atOnce) {
      const drained = await lab.interleaved(Object.keys(programs), (name) =>
        drain(programs[name], { count: waiting, concurrency }),
      );
      const rate = part(drained, 'rate');
      const name = `PostgreSQL, of ${waiting} messages, ${concurrency} at once: drained`;
      figures.push(
        {
          name,
          unit: '/s',
          values: rate,
          ...(hasPeer && { compared: comparedBy(rate, peerName), goal: { least: 1.5 } }),
        },
        { name: 'processor of the program, each', unit: 'ms', values: part(drained, 'cpu') },
        { name: 'processor of the database, each', unit: 'ms', values: part(drained, 'databaseCpu') },
      );
    }
    await lab.stop(...Object.values(programs).map(({ program }) => program));
    return figures;
  });
}

async function open(lab, address, { name, file = join(import.meta.dirname, '../outbox/drain.mjs') }) {
  const variables = { DATABASE_URL: address, NODE_ENV: 'production' };
  return { address, program: await lab.open({ name, file, variables }) };
}

const openPeer = async (lab, address) =>
  open(lab, address, { name: peerName, file: join(await ensurePeer(peerName), 'drain.mjs') });

async function drain({ address, program }, work) {
  await program.call({ call: 'fill', argument: work });
  const before = await databaseCpu(address);
  const { rate, cpu } = await program.call({ call: 'drain', argument: work });
  return { rate, cpu, databaseCpu: ((await databaseCpu(address)) - before) / work.count };
}
