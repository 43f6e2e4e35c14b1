/** Queries the product's own repositories and queue on a large database, in its own process. */
import { built } from '../lab/built.mjs';
import { takeCalls } from '../lab/calls.mjs';
import { percentile } from '../lab/statistics.mjs';

const { createDataSource } = await import(built('src/database/data-source.js'));
const { readSettings } = await import(built('src/config/settings.js'));
const { SqlWorker } = await import(built('src/ddd/worker/sql.worker.js'));
const { Clock } = await import(built('src/ddd/outbox/clock.js'));
const { OutboxQueue } = await import(built('src/ddd/outbox/outbox-queue.js'));
const { User, UserRepository } = await import(built('src/modules/user/index.js'));

/** How often each is measured. */
const turns = 100;

const { database } = readSettings({ DATABASE_URL: process.env.DATABASE });
const entities = [User, built('src/ddd/outbox/*.entity.js')];
const dataSource = await createDataSource(database, { entities }).initialize();
const queue = new OutboxQueue(dataSource, new SqlWorker(dataSource), new Clock());
const users = new UserRepository(dataSource);

takeCalls({ claim, page });

/** Milliseconds that one claim takes, the median. Each takes 20 messages off the queue, which holds enough. */
function claim() {
  return median(() => queue.claim('notification.welcome', 20, 60_000));
}

/** Milliseconds that a page of the accounts takes, the median: one page after another, in the order of the e-mails. */
async function page() {
  let after = null;
  return median(async () => {
    const { records, next } = await users.listAfter({}, { order: { email: 'asc' }, size: 50, after });
    after = next;
    return records;
  });
}

async function median(work) {
  const took = [];
  for (let turn = 0; turn < turns; turn++) {
    const began = performance.now();
    const rows = await work(turn);
    took.push(performance.now() - began);
    if (!rows.length) throw new Error('Nothing was found: the table has too few rows');
  }
  return percentile(
    took.sort((a, b) => a - b),
    0.5,
  );
}
