// Real: both programs as processes, both databases, OTLP over HTTP. Fake: the collector, which only keeps what it gets.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { ada, RunningService } from '../support/running-service.js';
import { TraceSink } from '../support/trace-sink.js';
import type { SeenSpan } from '../support/trace-sink.js';

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
const welcome = 'POST /notifications/:kind/send/';

describe.each(databaseKinds)('Tracing on %s', (kind) => {
  let sink: TraceSink;
  beforeEach(async () => {
    sink = await TraceSink.start();
  });
  afterEach(() => sink.stop());

  it('makes one trace of a create, through the outbox to the notification service', async () => {
    const database = await createDatabase(kind);
    const service = await RunningService.start({
      DATABASE_URL: database.url,
      OTEL_EXPORTER_OTLP_ENDPOINT: sink.url,
      OTEL_BSP_SCHEDULE_DELAY: '50',
    });
    try {
      const created = await fetch(`${service.url}/user/`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', traceparent: `00-${trace}-00f067aa0ba902b7-01` },
        body: JSON.stringify(ada),
      });
      expect(created.status).toBe(200);
      await sink.saw(({ name }) => name === welcome);
      await sink.saw(({ name }) => name === 'POST /user/');
      await sink.saw(({ name }) => name.startsWith('delivery '));

      const own = sink.spans.filter(({ traceId }) => traceId === trace);
      const chain = chainOf(
        own,
        own.find(({ name }) => name === welcome)!,
      );
      expect(chain.map(({ program, name, kind: of }) => [program, name, of])).toEqual([
        ['account-service', 'POST /user/', 2],
        ['account-service', 'unit RegisterWorker', 1],
        ['account-service', 'repository WelcomeMessageRepository.record', 1],
        ['account-service', 'record notification.welcome', 4],
        ['account-service', 'delivery notification.welcome', 5],
        ['account-service', 'repository notification.welcome.send', 1],
        ['account-service', 'remote POST notifications/welcome', 3],
        ['notification-service', welcome, 2],
      ]);
      expect(chain[0]).toMatchObject({
        parentSpanId: '00f067aa0ba902b7',
        attributes: {
          'http.request.method': 'POST',
          'http.route': '/user/',
          'http.response.status_code': 200,
        },
      });
      expect(chain[1]?.attributes).toEqual({ 'step.outcome': 'committed' });
      expect(own.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['hash password', 'repository UserRepository.createUnlessTaken']),
      );
      expect(sink.raw).not.toMatch(/ada@example|Lovelace|123456|argon2/i);
    } finally {
      await service.stop();
      await database.destroy();
    }
  });
});

describe('Tracing', () => {
  it('sends the remaining spans when the program stops', async () => {
    const sink = await TraceSink.start();
    const service = await RunningService.start({
      OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${sink.url}/v1/traces`,
      OTEL_BSP_SCHEDULE_DELAY: '600000',
    });
    try {
      await fetch(`${service.url}/nowhere`);
      service.program.kill('SIGTERM');
      await service.program.ended;

      expect(await sink.saw(({ name }) => name === 'GET unknown')).toMatchObject({
        attributes: { 'http.response.status_code': 404 },
      });
    } finally {
      await service.stop();
      sink.stop();
    }
  });

  it('fails no request and no stop when the collector is unreachable', async () => {
    const service = await RunningService.start({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' });
    try {
      expect((await service.post('/user/', ada)).status).toBe(200);
      service.program.kill('SIGTERM');
      expect(await service.program.ended).toEqual([0, null]);
    } finally {
      await service.stop();
    }
  });
});

/** From the outermost ancestor down to the span. */
function chainOf(spans: readonly SeenSpan[], span: SeenSpan): SeenSpan[] {
  const parent = spans.find(({ spanId }) => spanId === span.parentSpanId);
  return parent ? [...chainOf(spans, parent), span] : [span];
}
