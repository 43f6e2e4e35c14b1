/**
 * Runs our and handwritten units of work on two databases of the same shape, in its own process. DATABASES
 * holds `{ ours, handwritten }`, addresses as DATABASE_URL takes them.
 */
import { takeCalls } from '../lab/calls.mjs';
import { fill } from './rows.mjs';
import { openOurs } from './ours.mjs';
import { openHandwritten } from './handwritten.mjs';

const addresses = JSON.parse(process.env.DATABASES);
const subjects = {
  ours: await openOurs(addresses.ours, fill),
  handwritten: await openHandwritten(addresses.handwritten, fill),
};

takeCalls({ run });

/** Keeps running units of one kind. @returns `{ rate, cpu }`: units a second, processor milliseconds for each */
async function run({ subject, unit, inFlight, seconds }) {
  const perform = subjects[subject][unit];
  const before = process.cpuUsage();
  const began = performance.now();
  const end = began + seconds * 1_000;
  let done = 0;
  const client = async (_, slot) => {
    // Each client keeps to rows of its own, so that the database has no reason to make it wait or retry.
    for (let turn = 0; performance.now() < end; turn++) {
      await perform({ slot, turn });
      done++;
    }
  };
  await Promise.all(Array.from({ length: inFlight }, client));
  const { user, system } = process.cpuUsage(before);
  return { rate: (done / (performance.now() - began)) * 1_000, cpu: (user + system) / 1_000 / done };
}
