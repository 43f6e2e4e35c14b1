/** Records messages in units of work at a steady rate, in its own process. */
import { setTimeout as pause } from 'node:timers/promises';
import { built } from '../lab/built.mjs';
import { takeCalls } from '../lab/calls.mjs';
import { openOutbox } from './courier.mjs';

const { OutboxRepository } = await import(built('src/ddd/outbox/index.js'));
const { SqlWorker } = await import(built('src/ddd/worker/index.js'));

class MessageRepository extends OutboxRepository {
  topic = 'bench';

  record(text) {
    return this.add({ text });
  }
}

const { dataSource } = await openOutbox(process.env.DATABASE_URL);
const worker = new (SqlWorker.with({ message: MessageRepository }))(dataSource);

takeCalls({ record });

/** How often a unit of work records what is due. */
const everyMs = 25;

/** @returns how many messages were recorded in fact */
async function record({ perSecond, seconds }) {
  const began = performance.now();
  let recorded = 0;
  for (let at = 0; at < seconds * 1_000; at = performance.now() - began) {
    const due = Math.ceil((at * perSecond) / 1_000) - recorded;
    await worker.run(
      async ({ message }) => {
        for (let number = 0; number < due; number++) await message.record('hello');
      },
      { isolation: 'READ COMMITTED', timeoutMs: 60_000 },
    );
    recorded += due;
    await pause(Math.max(0, at + everyMs - (performance.now() - began)));
  }
  return recorded;
}
