import { setTimeout as pause } from 'node:timers/promises';
import { part } from '../lab/throughput.mjs';

const mebibyte = 1_048_576;

/** V8 returns the memory of the start when idle, after 8 to 16 seconds as measured. */
const untilIdle = 20_000;

/**
 * Resident memory: two seconds after the start and when idle, the peak under a mixed load, and five seconds after it; and
 * what the bundled notification service adds when idle.
 */
export async function measure(lab) {
  const results = await lab.interleaved(['ours'], async () => {
    const program = await lab.serve('ours');
    await pause(2_000);
    const started = await resident(program);
    await pause(untilIdle - 2_000);
    const idle = await resident(program);
    const bundled = await bundledAtRest(lab);
    await lab.makeAccounts(program, { prefix: 'member', count: 10 });
    await lab.load([
      lab.signIns(program, { inFlight: 20 }),
      lab.signUps(program, { inFlight: 20, prefix: 'new' }),
      { name: 'page', url: program.url, request: 'GET /', inFlight: 5 },
    ]);
    const { peak } = await program.memory();
    await pause(5_000);
    const after = await resident(program);
    await lab.stop(program);
    return { started, idle, bundled, peak: peak / mebibyte, after };
  });
  return [
    { name: 'memory, 2 s after the start', unit: 'MiB', values: part(results, 'started') },
    { name: 'memory, idle', unit: 'MiB', values: part(results, 'idle'), goal: { most: 120 } },
    {
      name: 'memory of the bundled service, idle',
      unit: 'MiB',
      values: part(results, 'bundled'),
      goal: { most: 30 },
    },
    { name: 'memory, peak', unit: 'MiB', values: part(results, 'peak'), goal: { most: 200 } },
    { name: 'memory, 5 s after', unit: 'MiB', values: part(results, 'after') },
  ];
}

const resident = async (program) => (await program.memory()).resident / mebibyte;

/** The process of the bundled service alone. */
async function bundledAtRest(lab) {
  const program = await lab.serve('ours', { variables: { NOTIFICATION_SERVICE_URL: undefined } });
  await pause(untilIdle);
  const added = ((await program.family()) - (await program.memory()).resident) / mebibyte;
  await lab.stop(program);
  return added;
}
