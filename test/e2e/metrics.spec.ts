// Real: the whole service as a process, both databases, the bundled notification service. Nothing is fake.
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { databaseKinds } from '../support/databases.js';
import { ada, RunningService } from '../support/running-service.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

/** Starts no notification service of its own. */
const elsewhere = { NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9' };

/** Values of the samples whose line begins like this. */
function samples(text: string, beginning: string): number[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith(beginning))
    .map((line) => Number(line.slice(line.lastIndexOf(' '))));
}

describe.each(databaseKinds)('Metrics on %s', (kind) => {
  const database = useDatabase(kind);
  let service: RunningService;
  let text = '';
  const value = (beginning: string) => samples(text, beginning)[0];

  beforeAll(async () => {
    service = await RunningService.start({ DATABASE_URL: database.url });
    await service.post('/user/', ada);
    await service.post('/user/signin/', ada);
    await service.post('/user/signin', { email: ada.email, password: 'wrong' });
    await fetch(`${service.url}/user/signin/`);
    await fetch(`${service.url}/user/signin/?token=secret`, { method: 'BREW' }).catch(() => undefined);
    for (const path of ['/no/1', '/no/2', '/%zz', '/docs/nothing', '/docs/']) await fetch(service.url + path);
    // The message and its attempt are counted one after the other.
    await until('the delivery is counted', async () => {
      text = await service.metrics();
      return value('outbox_messages{state="done"}') === 1 && value('outbox_attempts_total{') === 1;
    });
  });
  afterAll(() => service.stop());

  it('count requests by method, route template and status', () => {
    expect(value('http_request_duration_seconds_count{method="POST",route="/user/",status="200"}')).toBe(1);
    expect(
      value('http_request_duration_seconds_count{method="POST",route="/user/signin/",status="400"}'),
    ).toBe(1);
    expect(
      value('http_request_duration_seconds_count{method="POST",route="/user/signin/",status="401"}'),
    ).toBe(1);
    expect(
      value('http_request_duration_seconds_count{method="GET",route="/user/signin/",status="405"}'),
    ).toBe(1);
    expect(value('http_requests_under_way')).toBe(0);
  });

  it('have no label that a client can invent', () => {
    const routes = new Set([...text.matchAll(/route="([^"]*)"/g)].map(([, route]) => route));

    expect([...routes].sort()).toEqual(['/docs/', '/user/', '/user/signin/', 'static', 'unknown']);
    expect(value('http_request_duration_seconds_count{method="GET",route="unknown",status="404"}')).toBe(3);
    expect(text).not.toMatch(/secret|ada@|BREW/);
  });

  it('report units of work by worker and outcome, and their phases', () => {
    expect(value('unit_of_work_duration_seconds_count{worker="RegisterWorker",outcome="committed"}')).toBe(1);
    expect(value('unit_of_work_phase_seconds_count{phase="begin"}')).toBeGreaterThanOrEqual(2);
    expect(value('unit_of_work_phase_seconds_count{phase="commit"}')).toBeGreaterThanOrEqual(2);
  });

  it('report the connections and the waits for them', () => {
    const pool = kind === 'sqlite' ? 'writer' : 'postgres';

    expect(value(`database_connection_wait_seconds_count{pool="${pool}"}`)).toBeGreaterThan(0);
    expect(value(`database_connections{pool="${pool}",state="busy"}`)).toBeGreaterThanOrEqual(0);
    expect(samples(text, `database_connections{pool="${pool}"`).reduce((a, b) => a + b)).toBeGreaterThan(0);
    expect(value(`database_connection_waiting{pool="${pool}"}`)).toBe(0);
  });

  it('report the hash limiter', () => {
    expect(value('password_hash_duration_seconds_count')).toBe(3);
    expect(value('password_hash_running')).toBe(0);
    expect(value('password_hash_waiting')).toBe(0);
    expect(value('password_hash_shed_total')).toBe(0);
  });

  it('report the messages and the attempts', () => {
    expect(value('outbox_messages{state="pending"}')).toBe(0);
    expect(value('outbox_messages{state="done"}')).toBe(1);
    expect(value('outbox_oldest_undelivered_age_seconds')).toBe(0);
    expect(
      value('outbox_attempts_total{topic="notification.welcome",consumer="default",outcome="delivered"}'),
    ).toBe(1);
    expect(
      value('outbox_attempt_duration_seconds_count{topic="notification.welcome",consumer="default"}'),
    ).toBe(1);
  });

  it('report the event loop and the process', () => {
    expect(value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0);
    expect(value('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it('are served on their own port, on loopback, with the envelope for anything else', async () => {
    expect((await fetch(`${service.url}/metrics`)).status).toBe(404);
    expect(new URL(service.metricsUrl).hostname).toBe('127.0.0.1');
    const response = await fetch(service.metricsUrl.replace('/metrics', '/'));
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ status_code: 404, detail: 'Not Found', error: 'HTTPException' });
  });
});

describe('Metrics while messages wait and hashes are rejected', () => {
  let service: RunningService | undefined;
  afterEach(() => service?.stop());

  it('report the age of the oldest, the failed attempts and the rejected hashes', async () => {
    service = await RunningService.start({
      ...elsewhere,
      PASSWORD_CONCURRENCY: '1',
      PASSWORD_QUEUE_LIMIT: '1',
      PASSWORD_MEMORY_KIB: '19456',
    });
    await service.post('/user/', ada);
    // Until three arrive within one hash: how often that happens depends on the machine.
    let shed = 0;
    await until('a hash is rejected', async () => {
      const responses = await Promise.all(
        Array.from({ length: 20 }, () => service!.post('/user/signin/', ada)),
      );
      shed += responses.filter(({ status }) => status === 503).length;
      return shed > 0;
    });
    let text = '';
    await until('a failed attempt is counted', async () => {
      text = await service!.metrics();
      return text.includes('outcome="retry"');
    });

    expect(samples(text, 'password_hash_shed_total')).toEqual([shed]);
    expect(samples(text, 'password_hash_wait_seconds_count')[0]).toBeGreaterThan(0);
    expect(samples(text, 'outbox_oldest_undelivered_age_seconds')[0]).toBeGreaterThan(0);
    expect(
      samples(
        text,
        'outbox_attempts_total{topic="notification.welcome",consumer="default",outcome="retry"}',
      )[0],
    ).toBeGreaterThan(0);
  });
});

describe('A service whose metrics', () => {
  let service: RunningService | undefined;
  afterEach(() => service?.stop());

  it('are off does not listen on a second port', async () => {
    service = await RunningService.start({ METRICS: 'off', ...elsewhere });

    expect(service.metricsUrl).toBe('');
    expect((await fetch(service.url)).status).toBe(200);
  });

  it('find their port taken still serves accounts, and logs the remedy', async () => {
    const taken = createServer();
    await new Promise<void>((listening) => taken.listen(0, '127.0.0.1', listening));
    try {
      const { port } = taken.address() as AddressInfo;
      service = await RunningService.start({ METRICS_PORT: String(port), ...elsewhere });

      expect((await fetch(service.url)).status).toBe(200);
      expect(service.program.output).toMatch(
        /There are no metrics: 127\.0\.0\.1:\d+ cannot be listened on \(EADDRINUSE\).*METRICS=off/,
      );
    } finally {
      taken.close();
    }
  });
});
