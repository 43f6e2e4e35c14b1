import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';
import { idempotencyChannel } from '../../ddd/idempotency/index.js';
import type { IdempotencyReport } from '../../ddd/idempotency/index.js';

/** Requests with an `Idempotency-Key`. */
export function idempotencyMetrics(registry: Registry): (() => void)[] {
  const requests = new Counter({
    name: 'idempotency_requests_total',
    help: 'Requests with an Idempotency-Key, by outcome: executed, repeated from the record, released (failed, and may be sent again), in-progress (409) or key-reused (422)',
    labelNames: ['outcome'] as const,
    registers: [registry],
  });
  const count = (report: unknown) => requests.inc({ outcome: (report as IdempotencyReport).outcome });
  subscribe(idempotencyChannel.name, count);
  return [() => void unsubscribe(idempotencyChannel.name, count)];
}
