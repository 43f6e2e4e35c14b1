import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Counter } from 'prom-client';
import type { Registry } from 'prom-client';
import { limitChannel } from '../../ddd/limit/index.js';
import type { LimitReport } from '../../ddd/limit/index.js';
import { guessLimit } from '../../modules/user/index.js';

/** What limits allow and refuse. */
export function limitMetrics(registry: Registry): (() => void)[] {
  const decisions = new Counter({
    name: 'limit_decisions_total',
    help: 'What limits decided, by limit and outcome: allowed, refused or locked; and how attempts ended: succeeded, failed or abandoned',
    labelNames: ['limit', 'outcome'] as const,
    registers: [registry],
  });
  // Alerts look for an increase, which the first sample of a series is not.
  for (const outcome of ['succeeded', 'failed', 'refused', 'locked'] satisfies LimitReport['outcome'][])
    decisions.inc({ limit: guessLimit, outcome }, 0);
  const count = (report: unknown) => {
    const { limit, outcome } = report as LimitReport;
    decisions.inc({ limit, outcome });
  };
  subscribe(limitChannel.name, count);
  return [() => void unsubscribe(limitChannel.name, count)];
}
