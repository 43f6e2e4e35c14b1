// Real: the whole service as a process, both databases, kept-alive connections under load, and a SIGTERM in the midst
// of
// it. Fake: the notification service; in every other round each third answer of its never comes.
// Four rounds on each database; STOP_ROUNDS=20 is what `npm run test:stop` does.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { databaseKinds } from '../support/databases.js';
import { Load } from '../support/load.js';
import { ada, RunningService } from '../support/running-service.js';
import { useDatabase } from '../support/use-database.js';

const rounds = Number(process.env['STOP_ROUNDS'] ?? 4);
const clients = 16;
const second = 1_000;

describe.each(databaseKinds)('A stop under load on %s', (kind) => {
  let received = 0;
  let stalls = false;
  const notifications = createServer((request, response) => {
    request.resume();
    if (!stalls || ++received % 3) setTimeout(() => response.writeHead(200).end(), 20);
  });
  const database = useDatabase(kind, [], { perTest: true });
  let service: RunningService;

  beforeAll(() => new Promise<void>((listening) => notifications.listen(0, '127.0.0.1', listening)));
  afterAll(() => {
    notifications.close();
    notifications.closeAllConnections();
  });
  beforeEach(async () => {
    service = await RunningService.start({
      DATABASE_URL: database.url,
      NOTIFICATION_SERVICE_URL: `http://127.0.0.1:${(notifications.address() as AddressInfo).port}`,
      SHUTDOWN_GRACE_MS: '500',
      PASSWORD_MEMORY_KIB: '19456',
    });
  });
  afterEach(() => service.stop());

  it.each(Array.from({ length: rounds }, (_, round) => round + 1))(
    'aborts no request, leaves no lease and ends soon (round %i)',
    async (round) => {
      stalls = round % 2 === 0;
      let account = 0;
      const load = new Load(service.url, clients, (client) => {
        const email = `ada${account++}@example.com`;
        const { password } = ada;
        if (client % 4 === 0) return { path: '/' };
        return client % 4 === 1
          ? { path: '/user/', body: { ...ada, email } }
          : { path: '/user/signin/', body: { email: 'ada1@example.com', password } };
      });
      await load.answered(100);
      await pause(Math.random() * 50);
      service.program.kill('SIGTERM');
      await load.over();
      const [code, signal] = await service.program.ended;
      const endedAt = Date.now();

      const cut = load.endings.filter(({ error, sent }) => error !== undefined && sent);
      expect(cut).toEqual([]);
      expect([code, signal]).toEqual([0, null]);
      const responses = load.endings.filter(({ status }) => status !== undefined);
      expect(responses.length).toBeGreaterThan(100);
      expect(endedAt - Math.max(...responses.map((answer) => answer.endedAt))).toBeLessThan(5 * second);
      const other = await database.connect([]);
      const [left] = await other.query<{ leases: string | number }[]>(
        `SELECT count(*) AS leases FROM outbox_message WHERE state = 'leased' OR lease_owner IS NOT NULL`,
      );
      expect(Number(left?.leases)).toBe(0);
    },
  );
});
