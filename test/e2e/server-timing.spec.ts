// Real: the whole service as a process, on both databases. Nothing is fake.
import { afterEach, describe, expect, it } from '@jest/globals';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { ada, RunningService } from '../support/running-service.js';
import { until } from '../support/until.js';

/** The header's metrics by name, each with its duration in milliseconds. */
function timings(response: Response): Record<string, number> {
  const parts = (response.headers.get('server-timing') ?? '').split(', ');
  return Object.fromEntries(
    parts.map((part) => {
      const [, name = '', duration] = /^(\w+);dur=([\d.]+)(?:;desc="\d+ times")?$/.exec(part) ?? [];
      return [name, Number(duration)];
    }),
  );
}

describe.each(databaseKinds)('Server-Timing on %s', (kind) => {
  it('reports where the time of a request went, of that request only', async () => {
    const database = await createDatabase(kind);
    const service = await RunningService.start({
      DATABASE_URL: database.url,
      PASSWORD_CONCURRENCY: '1',
      PASSWORD_ITERATIONS: '10',
    });
    try {
      const [create, ...reads] = await Promise.all([
        service.post('/user/', ada),
        fetch(service.url),
        fetch(service.url),
      ]);
      const reported = timings(create);
      expect(Object.keys(reported)).toEqual(
        expect.arrayContaining(['hash', 'connection', 'begin', 'repository', 'commit', 'total']),
      );
      expect(reported['total']).toBeGreaterThanOrEqual(reported['commit']! + reported['begin']!);
      for (const read of reads) expect(Object.keys(timings(read))).toEqual(['total']);

      // Until one arrives while another's password is hashed: how often that happens depends on the machine.
      let created = 0;
      await until('a hash waits for another', async () => {
        const creations = await Promise.all(
          Array.from({ length: 4 }, () =>
            service.post('/user/', { ...ada, email: `ada-${(created += 1)}@example.com` }),
          ),
        );
        return creations.some((response) => 'queue' in timings(response));
      });
      expect(timings(await service.post('/user/signin/', ada))).not.toHaveProperty('commit');
    } finally {
      await service.stop();
      await database.destroy();
    }
  });
});

describe('Server-Timing', () => {
  let service: RunningService | undefined;
  afterEach(() => service?.stop());

  it('is also sent with responses that no route gives', async () => {
    service = await RunningService.start({});

    for (const path of ['/nowhere', '/user/', '/docs/'])
      expect(timings(await fetch(service.url + path))['total']).toBeGreaterThan(0);
  });

  it('is off with ACCOUNT_PRIVACY=strict, whatever its setting: the time of a step tells who has an account', async () => {
    service = await RunningService.start({ ACCOUNT_PRIVACY: 'strict', SERVER_TIMING: 'on' });

    for (const answer of [await fetch(service.url), await service.post('/user/signin/', ada)])
      expect(answer.headers.has('server-timing')).toBe(false);
  });

  it('is not sent in production', async () => {
    service = await RunningService.start({ NODE_ENV: 'production' });

    expect((await fetch(service.url)).headers.has('server-timing')).toBe(false);
  });
});
