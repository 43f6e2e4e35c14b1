// Real: the compiled program on SQLite, and a service of bare sockets. Nothing is fake.
import { afterEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { openDatabase } from '../crash/database-reading.js';
import { Installation } from './installation.js';
import { dribble, UnusualService } from './unusual-service.js';
import { useDatabase } from '../support/use-database.js';

const megabyte = 2 ** 20;
const accepted = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';

const database = useDatabase('sqlite', [], { perTest: true });
let service: UnusualService;
let installation: Installation;

afterEach(async () => {
  await installation.destroy();
  await service.stop();
});

async function install(answering: Parameters<typeof UnusualService.start>[0]): Promise<void> {
  service = await UnusualService.start(answering);
  installation = await Installation.start(database.url, { serviceUrl: service.url });
}

/** The states of the messages, once there is one in this state for each address. */
async function attempts(until: (rows: Attempt[]) => boolean): Promise<Attempt[]> {
  const reading = await openDatabase(database.url);
  try {
    for (const end = Date.now() + 60_000; ; await pause(100)) {
      const rows = await reading.query<Attempt>(
        'SELECT outcome, status, error, duration FROM outbox_attempt ORDER BY started_at',
      );
      if (until(rows) || Date.now() > end) return rows;
    }
  } finally {
    await reading.close();
  }
}

interface Attempt {
  readonly outcome: string;
  readonly status: number | null;
  readonly error: string | null;
  readonly duration: number;
}

describe('A notification service with an unusual response', () => {
  it('counts as delivered by its status, and 10 MB after it are not read', async () => {
    await install(async (_email, write) => {
      await write(`HTTP/1.1 200 OK\r\nContent-Length: ${10 * megabyte}\r\n\r\n`);
      for (let part = 0; part < 160; part++) await write(Buffer.alloc(megabyte / 16, 'x'));
    });
    await installation.create('large@example.com');

    expect(await attempts(({ length }) => length > 0)).toMatchObject([{ outcome: 'delivered' }]);
    // What fits into the socket buffers is sent before it is read.
    await pause(500);
    expect(service.taken.get('large@example.com')).toBeLessThan(8 * megabyte);
    expect(service.requested.get('large@example.com')).toBe(1);
  });

  it('counts as delivered by its status, without waiting for a body that comes byte by byte', async () => {
    await install(async (_email, write) => {
      await write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n');
      await dribble('x'.repeat(1_000), write);
    });
    await installation.create('body@example.com');

    const [attempt] = await attempts(({ length }) => length > 0);
    expect(attempt).toMatchObject({ outcome: 'delivered' });
    expect(service.requested.get('body@example.com')).toBe(1);
  });

  it('is aborted and retried when its head comes byte by byte, and delays no other message', async () => {
    let isSlow = true;
    await install(async (email, write) => {
      if (email.startsWith('slow') && isSlow)
        await dribble(`HTTP/1.1 200 OK\r\n${'X-Wait: 1\r\n'.repeat(50)}`, write);
      else await write(accepted);
    });
    await installation.create('slow@example.com');
    for (let number = 0; number < 10; number++) await installation.create(`quick-${number}@example.com`);

    const quick = await attempts(
      (rows) => rows.filter(({ outcome }) => outcome === 'delivered').length === 10,
    );
    expect(quick.filter(({ outcome }) => outcome === 'delivered')).toHaveLength(10);
    const failed = await attempts((rows) => rows.some(({ outcome }) => outcome === 'retry'));
    expect(failed.find(({ outcome }) => outcome === 'retry')).toMatchObject({
      status: null,
      error: expect.not.stringContaining('@'),
    });
    isSlow = false;
    const all = await attempts((rows) => rows.filter(({ outcome }) => outcome === 'delivered').length === 11);
    expect(all.filter(({ outcome }) => outcome === 'delivered')).toHaveLength(11);
  });

  it('is retried after a head of 10 MB, and other messages continue', async () => {
    let isLarge = true;
    await install(async (_email, write) => {
      if (!isLarge) return write(accepted);
      await write('HTTP/1.1 200 OK\r\n');
      for (let line = 0; line < 160; line++) await write(`X-Line: ${'x'.repeat(megabyte / 16)}\r\n`);
    });
    await installation.create('head@example.com');

    const [failed] = await attempts(({ length }) => length > 0);
    expect(failed).toMatchObject({ outcome: 'retry', status: null });
    isLarge = false;
    const all = await attempts((rows) => rows.some(({ outcome }) => outcome === 'delivered'));
    expect(all.at(-1)).toMatchObject({ outcome: 'delivered' });
  });
});
