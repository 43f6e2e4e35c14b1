import { comparedBy, part, throughput } from '../lab/throughput.mjs';

/** Sign-ins per second, one and ten at once, and the processor time of one. */
export async function measure(lab) {
  return compare(lab, 'sign-in', { least: 0.9 }, (program, inFlight) => lab.signIns(program, { inFlight }));
}

/** Compares an operation on accounts with the baseline and the peers. */
export async function compare(lab, what, goal, stream) {
  const programs = {};
  for (const name of ['ours', 'baseline', ...lab.peers]) programs[name] = await lab.serveAccounts(name);
  const figures = [];
  for (const inFlight of [1, 10]) {
    const results = await throughput(lab, programs, (program, round) => stream(program, inFlight, round));
    const rate = part(results, 'rate');
    const cpu = part(results, 'cpu');
    const busy = Math.max(...Object.values(part(results, 'busy')).flat());
    figures.push(
      {
        name: `${what}, ${inFlight} at once`,
        unit: '/s',
        values: rate,
        compared: comparedBy(rate, 'baseline'),
        goal,
        busy,
      },
      {
        name: `${what}, ${inFlight} at once, CPU`,
        unit: 'ms',
        values: cpu,
        compared: {
          what: 'ours over the baseline',
          unit: 'ms over baseline',
          values: cpu.ours.map((spent, round) => spent - cpu.baseline[round]),
        },
        ...(what === 'sign-in' && { goal: { most: 2 } }),
      },
    );
  }
  await lab.stop(...Object.values(programs));
  return figures;
}
