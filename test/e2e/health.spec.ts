// Real: the whole app, once as a process with the bundled notification service, both databases. Fake: elsewhere the
// notification service is out of reach.
import { afterEach, describe, expect, it } from '@jest/globals';
import { newAccount } from '../support/accounts.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { RunningService } from '../support/running-service.js';
import { until } from '../support/until.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { useDatabase } from '../support/use-database.js';

/** Polls until the response has this status; a cached result must expire first. */
async function responseOf(status: number, url: string): Promise<{ headers: Headers; body: unknown }> {
  let response = await fetch(url);
  let body: unknown = await response.json();
  await until(`${url} answers ${status}`, async () => {
    if (response.status === status) return true;
    response = await fetch(url);
    body = await response.json();
    return false;
  });
  return { headers: response.headers, body };
}

describe.each(databaseKinds)('Health on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let app: TestApp | undefined;
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });

  it('is ok when everything is available', async () => {
    const service = await RunningService.start({ DATABASE_URL: database.url });
    try {
      expect((await responseOf(200, `${service.url}/health/live`)).body).toEqual({ status: 'ok' });
      expect((await responseOf(200, `${service.url}/health/ready/`)).body).toMatchObject({
        status: 'ok',
        details: {
          database: { status: 'up' },
          schema: { status: 'up' },
          courier: { status: 'up', oldestUndelivered: 0 },
          notificationService: { status: 'up' },
        },
      });
    } finally {
      await service.stop();
    }
  });

  it('is degraded, not down, without the notification service', async () => {
    app = await createTestApp({ database: database.url });

    expect((await responseOf(200, `${app.url}/health/ready`)).body).toMatchObject({
      status: 'degraded',
      details: {
        database: { status: 'up' },
        notificationService: { status: 'degraded', message: 'it does not respond' },
      },
    });
    expect(app.logText()).toContain('Readiness: notificationService is degraded');
  });

  it('is degraded while a message waits for longer than five minutes', async () => {
    app = await createTestApp({ database: database.url });
    await app.post('/user/', newAccount());
    const other = await database.connect([]);
    await other.query(`UPDATE outbox_message SET created_at = created_at - 301000`);

    await until('the courier is degraded', async () =>
      (await app!.send('/health/ready')).text.includes('messages wait for longer than five minutes'),
    );
  });

  it('answers 503 with the envelope when the schema differs, and is still live', async () => {
    app = await createTestApp({ database: database.url });
    const other = await database.connect([]);
    await other.query('ALTER TABLE outbox_attempt RENAME TO elsewhere');

    const { headers, body } = await responseOf(503, `${app.url}/health/ready`);
    expect(body).toEqual({
      status_code: 503,
      detail: 'Not ready: the database does not have the schema of this program',
      error: 'HTTPException',
    });
    expect(headers.get('retry-after')).toBe('1');
    expect((await app.send('/health/live')).status).toBe(200);
  });

  it('is not in the OpenAPI document, refuses other methods, and is never throttled', async () => {
    app = await createTestApp({ database: database.url, variables: { RATE_LIMIT_PER_MINUTE: '1' } });

    const document = (await app.send('/schema/')).text;
    expect(document).toContain('/user/signin/');
    expect(document).not.toContain('health');
    const refused = await app.send('/health/live', { method: 'POST' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    for (let round = 0; round < 5; round++)
      expect((await app.send('/health/live', { method: 'HEAD' })).status).toBe(200);
  });
});

describe('Health on a PostgreSQL that becomes unreachable', () => {
  it('is 503, and names neither host nor user', async () => {
    const database = await createDatabase('postgres');
    const app = await createTestApp({ database: database.url });
    try {
      await responseOf(200, `${app.url}/health/ready`);
      await database.destroy();

      const { body } = await responseOf(503, `${app.url}/health/ready`);
      expect(body).toMatchObject({ status_code: 503, error: 'HTTPException' });
      expect((body as { detail: string }).detail).toMatch(/^Not ready: the database does not respond/);
    } finally {
      await app.close();
    }
  });
});
