// Real: two programs as processes of their own, both databases, sockets, hashes as costly as they come. Fake: the addresses
// of the clients, as a proxy reports them; the notification service is out of reach.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { databaseKinds } from '../support/databases.js';
import { ada, RunningService } from '../support/running-service.js';
import { useDatabase } from '../support/use-database.js';

const guesses = 500;

describe.each(databaseKinds)('Guesses at two processes on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let services: RunningService[];

  const start = () =>
    RunningService.start({
      DATABASE_URL: database.url,
      NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
      PASSWORD_MEMORY_KIB: '',
      PASSWORD_ITERATIONS: '',
      RATE_LIMIT_PER_MINUTE: '120',
      TRUSTED_PROXIES: '1',
    });
  beforeEach(async () => {
    // The first by itself: it makes the tables.
    services = [await start()];
    services.push(await start());
  }, 60_000);
  afterEach(() => Promise.all(services.map((service) => service.stop())), 60_000);

  const send = (nth: number, path: string, body: object, headers: Record<string, string> = {}) => {
    const { url = '' } = services[nth % services.length] ?? {};
    return fetch(url + path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'X-Forwarded-For': `10.0.${nth >> 8}.${nth & 255}`,
        ...headers,
      },
      body: JSON.stringify(body),
    });
  };
  /** Hashes that all processes have computed. */
  const hashes = async () => {
    const texts = await Promise.all(services.map((service) => service.metrics()));
    return texts
      .map((text) => Number(/^password_hash_duration_seconds_count (\d+)$/m.exec(text)?.[1]))
      .reduce((sum, count) => sum + count);
  };

  it(`verify at most 5 hashes of ${guesses} guesses at once from as many addresses, and keep no owner out`, async () => {
    await send(1_000, '/user/', ada);
    await send(1_000, '/user/activate/', ada);
    const first = await send(1_000, '/user/signin/', ada);
    const [cookie = ''] = (first.headers.get('set-cookie') ?? '').split(';');
    const before = await hashes();

    const answers = Array.from({ length: guesses }, async (_, nth) => {
      const { status } = await send(nth, '/user/signin/', { ...ada, password: `wrong ${nth}` });
      return status;
    });
    const owner = send(2_000, '/user/signin/', ada, { Cookie: cookie });
    const statuses = await Promise.all(answers);

    expect((await owner).status).toBe(200);
    const verified = (await hashes()) - before - 1;
    expect(verified).toBeGreaterThan(0);
    expect(verified).toBeLessThanOrEqual(5);
    expect(statuses.filter((status) => status === 401)).toHaveLength(verified);
    expect(statuses.filter((status) => status === 429)).toHaveLength(guesses - verified);

    await Promise.all(services.map((service) => service.stop()));
    services = [await start()];
    // The wait after five failures may be over by now; a sixth failure lets them wait for two seconds.
    const wrong = [];
    for (let nth = 0; nth < 4; nth++)
      wrong.push((await send(3_000 + nth, '/user/signin/', { ...ada, password: 'wrong' })).status);
    expect(wrong.filter((status) => status === 401).length).toBeLessThanOrEqual(1);
    expect(wrong.at(-1)).toBe(429);
    expect((await send(3_009, '/user/signin/', ada, { Cookie: cookie })).status).toBe(200);
  }, 120_000);

  it('let a hundred right sign-ins of one account at once pass', async () => {
    await send(0, '/user/', ada);
    await send(0, '/user/activate/', ada);
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, nth) => send(nth, '/user/signin/', ada)),
    );

    expect(answers.map(({ status }) => status)).toEqual(Array(100).fill(200));
  }, 60_000);
});
