import { Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { requestSpans } from '../../http/middleware/request-spans.js';
import { secondsSince } from './seconds.js';

/** The duration of requests by route template, so that no path that a client invents becomes a label. */
export function requestMetrics(registry: Registry): (() => void)[] {
  const durations = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the arrival of a request to the end of its response; status 499 means that the client disconnected',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const begun = new Set<object>();
  new Gauge({
    name: 'http_requests_under_way',
    help: 'Requests whose response is not complete',
    registers: [registry],
    collect() {
      this.set(begun.size);
    },
  });
  return [
    requestSpans.watchBegin((step) => begun.add(step)),
    requestSpans.watch((step) => {
      begun.delete(step);
      const { name: method, route = 'unknown', status = 0 } = step;
      durations.observe({ method, route, status }, secondsSince(step.startedAt));
    }),
  ];
}
