/** Records messages at a steady rate, in its own process: in bulk, so that the recording takes little of the machine. */
import { setTimeout as pause } from 'node:timers/promises';
import { built } from '../lab/built.mjs';
import { takeCalls } from '../lab/calls.mjs';
import { openOutbox } from './courier.mjs';
import { recordMessages } from './messages.mjs';

const { createCommitSignal } = await import(built('src/database/commit-signal.provider.js'));

/** How often what is due is recorded. */
const everyMs = 25;

const { dataSource, settings } = await openOutbox(process.env.DATABASE_URL);
const signal = createCommitSignal(dataSource, settings.database);

takeCalls({ record });

/** @returns how many messages were recorded in fact */
async function record({ perSecond, seconds }) {
  const began = performance.now();
  let recorded = 0;
  for (let at = 0; at < seconds * 1_000; at = performance.now() - began) {
    const count = Math.ceil((at * perSecond) / 1_000) - recorded;
    if (count) {
      await recordMessages(dataSource, { topic: 'bench', count });
      await signal.announce();
    }
    recorded += count;
    await pause(Math.max(1, at + everyMs - (performance.now() - began)));
  }
  return recorded;
}
