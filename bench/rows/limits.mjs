import { lockAddresses } from '../lab/locked-addresses.mjs';
import { part } from '../lab/throughput.mjs';

const inFlight = 10;
const about = { prefix: 'locked', accounts: 10 };

/** What a guess costs that the limit refuses, against a sign-in that it counts. */
export async function measure(lab) {
  const folder = lab.newFolder();
  const earlier = await lab.serve('ours', { folder });
  await lockAddresses(lab, earlier, folder, { prefixes: [about.prefix], count: about.accounts });
  const program = await lab.serveAccounts('ours', { folder });
  const streams = {
    'sign-in': { ...lab.signIns(program, { inFlight }), status: 200 },
    ours: { name: 'guess', url: program.url, request: 'guess', about, inFlight, status: 429 },
  };
  const results = await lab.interleaved(Object.keys(streams), async (name) => {
    const { status, ...stream } = streams[name];
    const before = await program.cpu();
    const { streams: measured } = await lab.load([stream]);
    const { responses, elapsed } = measured[stream.name];
    if (!responses[status]) throw new Error(`${stream.name} answered ${JSON.stringify(responses)}`);
    const { count } = responses[status];
    return { rate: count / elapsed, cpu: ((await program.cpu()) - before) / 1_000 / count };
  });
  await lab.stop(program);
  const cpu = part(results, 'cpu');
  return [
    {
      name: `guesses refused, ${inFlight} at once`,
      unit: '/s',
      values: { ours: part(results, 'rate').ours },
    },
    {
      name: 'a guess refused, CPU',
      unit: 'ms',
      values: { ours: cpu.ours },
      compared: {
        what: 'to a sign-in',
        unit: 'x a sign-in',
        values: cpu.ours.map((spent, round) => spent / cpu['sign-in'][round]),
      },
      goal: { most: 0.2 },
    },
  ];
}
