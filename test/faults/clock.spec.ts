// Real: the compiled program on both databases, and a service of bare sockets. Fake: the wall clock of the process,
// which
// jumps by an hour.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { databaseKinds } from '../support/databases.js';
import { useDatabase } from '../support/use-database.js';
import { Installation } from './installation.js';
import { UnusualService } from './unusual-service.js';

const hour = 60 * 60_000;
const accepted = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n';
const unavailable = 'HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n';
/** So long that only the clock can make a lease expire. */
const sendTimeout = 20_000;
const jumps = { forward: hour, back: -hour };

describe.each(databaseKinds)('A clock that jumps, %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let service: UnusualService;
  let installation: Installation;
  let release: () => void;
  let isWell: boolean;

  beforeEach(async () => {
    isWell = true;
    const released = new Promise<void>((resolve) => (release = resolve));
    service = await UnusualService.start(async (email, write) => {
      if (email.startsWith('held')) await released;
      await write(isWell ? accepted : unavailable);
    });
    installation = await Installation.start(database.url, { serviceUrl: service.url, sendTimeout });
  });

  afterEach(async () => {
    release();
    await installation.destroy();
    await service.stop();
  });

  const requested = async (email: string, times = 1) => {
    for (const end = Date.now() + 60_000; Date.now() < end && (service.requested.get(email) ?? 0) < times;)
      await pause(20);
    expect(service.requested.get(email)).toBeGreaterThanOrEqual(times);
  };

  it.each(Object.entries(jumps))(
    '%s an hour takes no message away from a delivery in flight',
    async (_name, jump) => {
      await installation.create('held@example.com');
      await requested('held@example.com');
      installation.process.shiftClock(jump);

      for (const number of [1, 2, 3]) {
        await installation.create(`after-${number}@example.com`);
        await requested(`after-${number}@example.com`);
      }
      // Twice the courier's longest sleep.
      await pause(4_000);
      release();
      await pause(200);

      expect([...service.requested.values()]).toEqual([1, 1, 1, 1]);
    },
  );

  it.each(Object.entries(jumps))(
    '%s an hour does not delay a failed message by an hour',
    async (_name, jump) => {
      isWell = false;
      await installation.create('failed@example.com');
      await requested('failed@example.com');
      await pause(200);
      installation.process.shiftClock(jump);
      isWell = true;

      await requested('failed@example.com', 2);
    },
  );
});
