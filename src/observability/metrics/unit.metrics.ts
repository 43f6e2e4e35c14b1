import { Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import { traceChannels } from '../../ddd/diagnostics/index.js';
import { secondsSince } from './seconds.js';

const buckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The duration and the outcome of units of work. */
export function unitMetrics(registry: Registry): (() => void)[] {
  const durations = new Histogram({
    name: 'unit_of_work_duration_seconds',
    help: 'Time from begin to commit or rollback; outcome is committed, rolled-back, rerun or not-begun',
    labelNames: ['worker', 'outcome'] as const,
    buckets,
    registers: [registry],
  });
  const phases = new Histogram({
    name: 'unit_of_work_phase_seconds',
    help: 'Time that units of work took to begin, with the wait for a connection, and to commit',
    labelNames: ['phase'] as const,
    buckets,
    registers: [registry],
  });
  return [
    traceChannels.unit.watch(({ name: worker, outcome = 'not-begun', startedAt }) =>
      durations.observe({ worker, outcome }, secondsSince(startedAt)),
    ),
    ...[traceChannels.begin, traceChannels.commit].map((channel) =>
      channel.watch(({ startedAt }) => phases.observe({ phase: channel.kind }, secondsSince(startedAt))),
    ),
  ];
}
