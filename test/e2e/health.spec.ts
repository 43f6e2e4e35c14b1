// Real: the whole service as a process, both databases, the bundled notification service. Nothing is fake.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { RunningService } from '../support/running-service.js';
import { useDatabase } from '../support/use-database.js';

/** Polls until the response has this status, at most for 20 s; a cached result must expire first. */
async function responseOf(status: number, url: string): Promise<{ headers: Headers; body: unknown }> {
  for (let tries = 0; ; tries++) {
    const response = await fetch(url);
    const body: unknown = await response.json();
    if (response.status === status) return { headers: response.headers, body };
    if (tries === 80) throw new Error(`${url} still answers ${response.status} ${JSON.stringify(body)}`);
    await new Promise((again) => setTimeout(again, 250));
  }
}

describe.each(databaseKinds)('Health on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let service: RunningService | undefined;

  beforeEach(() => {
    service = undefined;
  });
  afterEach(() => service?.stop());

  it('is ok when everything is available', async () => {
    service = await RunningService.start({ DATABASE_URL: database.url });

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
  });

  it('is degraded, not down, without the notification service', async () => {
    service = await RunningService.start({
      DATABASE_URL: database.url,
      NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
    });

    expect((await responseOf(200, `${service.url}/health/ready`)).body).toMatchObject({
      status: 'degraded',
      details: {
        database: { status: 'up' },
        notificationService: { status: 'degraded', message: 'it does not respond' },
      },
    });
    expect(service.program.output).toContain('Readiness: notificationService is degraded');
  });

  it('is degraded while a message waits for longer than five minutes', async () => {
    service = await RunningService.start({
      DATABASE_URL: database.url,
      NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
    });
    await service.post('/user/', { name: 'Ada', surname: 'L', email: 'ada@example.com', password: '123456' });
    const other = await database.connect([]);
    await other.query(`UPDATE outbox_message SET created_at = created_at - 301000`);

    await responseOf(200, `${service.url}/health/ready`);
    for (let tries = 0; tries < 80; tries++) {
      const { body } = await responseOf(200, `${service.url}/health/ready`);
      const { courier } = (body as { details: { courier: { status: string; message: string } } }).details;
      if (courier.status === 'degraded') {
        expect(courier.message).toBe('messages wait for longer than five minutes');
        return;
      }
      await new Promise((again) => setTimeout(again, 250));
    }
    throw new Error('the courier is never degraded');
  });

  it('answers 503 with the envelope when the schema differs, and is still live', async () => {
    service = await RunningService.start({ DATABASE_URL: database.url });
    const other = await database.connect([]);
    await other.query('ALTER TABLE outbox_attempt RENAME TO elsewhere');

    const { headers, body } = await responseOf(503, `${service.url}/health/ready`);
    expect(body).toEqual({
      status_code: 503,
      detail: 'Not ready: the database does not have the schema of this program',
      error: 'HTTPException',
    });
    expect(headers.get('retry-after')).toBe('1');
    expect((await fetch(`${service.url}/health/live`)).status).toBe(200);
  });

  it('is not in the OpenAPI document, refuses other methods, and is never throttled', async () => {
    service = await RunningService.start({ DATABASE_URL: database.url, RATE_LIMIT_PER_MINUTE: '1' });

    const document = JSON.stringify(await (await fetch(`${service.url}/schema/`)).json());
    expect(document).toContain('/user/signin/');
    expect(document).not.toContain('health');
    const refused = await fetch(`${service.url}/health/live`, { method: 'POST' });
    expect([refused.status, refused.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
    for (let round = 0; round < 5; round++)
      expect((await fetch(`${service.url}/health/live`, { method: 'HEAD' })).status).toBe(200);
  });
});

describe('Health on a PostgreSQL that becomes unreachable', () => {
  it('is 503, and names neither host nor user', async () => {
    const database = await createDatabase('postgres');
    const service = await RunningService.start({ DATABASE_URL: database.url });
    try {
      await responseOf(200, `${service.url}/health/ready`);
      await database.destroy();

      const { body } = await responseOf(503, `${service.url}/health/ready`);
      expect(body).toMatchObject({ status_code: 503, error: 'HTTPException' });
      expect((body as { detail: string }).detail).toMatch(/^Not ready: the database does not respond/);
    } finally {
      await service.stop();
    }
  });
});
