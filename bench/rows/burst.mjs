import { besideBusyProcesses } from '../lab/busy.mjs';
import { ratios } from '../lab/statistics.mjs';
import { part } from '../lab/throughput.mjs';

const burst = 100;
const few = 5;
const many = 20;

/**
 * A burst of sign-ups on a program at rest, and what 20 clients are served that retry at once, beside 5: on a machine of
 * its own, and beside two busy processes.
 */
export async function measure(lab) {
  const quiet = await measureOnce(lab, 'quiet', (work) => work());
  const busy = await measureOnce(lab, 'busy', (work) => besideBusyProcesses(2, work));
  return [...figures(quiet, ''), ...figures(busy, ', beside two busy processes')];
}

async function measureOnce(lab, prefix, beside) {
  const { ours } = await lab.interleaved(['ours'], async (_, round) => {
    const program = await lab.serveAccounts('ours');
    try {
      return await beside(async () => ({
        served: await burstServed(lab, program, `${prefix}${round}x`),
        few: await goodput(lab, program, few),
        many: await goodput(lab, program, many),
      }));
    } finally {
      await lab.stop(program);
    }
  });
  return { ours };
}

/** @returns how many of the burst were answered 200 */
async function burstServed(lab, program, prefix) {
  const stream = lab.signUps(program, { prefix, inFlight: burst });
  const { streams } = await lab.load([stream], { seconds: 30, count: burst });
  return streams[stream.name].responses[200]?.count ?? 0;
}

/** @returns sign-ins a second of clients that ask again at once, whatever they are answered */
async function goodput(lab, program, inFlight) {
  const stream = lab.signIns(program, { inFlight });
  const { streams } = await lab.load([stream], { seconds: 2 * lab.seconds });
  const { responses, elapsed } = streams[stream.name];
  return (responses[200]?.count ?? 0) / elapsed;
}

function figures(results, where) {
  const [served, fewer, more] = ['served', 'few', 'many'].map((name) => part(results, name));
  return [
    {
      name: `a burst of ${burst} sign-ups from rest${where}`,
      unit: 'served',
      values: served,
      goal: { least: burst },
    },
    {
      name: `sign-ins of ${many} clients that retry at once${where}`,
      unit: '/s',
      values: more,
      compared: {
        what: `to ${few} clients`,
        unit: `x ${few} clients`,
        values: ratios(more.ours, fewer.ours),
      },
      goal: { least: 0.8 },
    },
  ];
}
