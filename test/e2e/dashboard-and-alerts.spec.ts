// Real: the metrics that the running service serves, the dashboard, the alert rules and the page for operators as they
// are shipped. Nothing is fake.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { databaseKinds } from '../support/databases.js';
import { ada, RunningService } from '../support/running-service.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const read = (path: string) => readFileSync(path, 'utf8');
const rules = read('ops/prometheus/alerts.yml');
const page = read('docs/guide/operate.md');
const dashboard = JSON.parse(read('ops/grafana/account-service.json')) as {
  panels: { type: string; title: string; id: number; targets?: { expr: string }[] }[];
};

const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
const alertQueries = [...rules.matchAll(/^ +expr: (.+)$/gm)].map(([, expr]) => expr!);
const dashboardQueries = dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));

/** Prometheus makes `up` itself, of every scrape; the others are operators. */
const ofPrometheus = new Set(['up', 'or', 'and']);
/** Metrics of the other database only. */
const absentOn = { sqlite: new Set<string>(), postgres: new Set(['database_wal_bytes']) };
const job = 'job="account-service"';

/** The names of the metrics in a query: what is neither a label, nor a duration, nor a function. */
function metricsIn(query: string): string[] {
  const bare = query
    .replaceAll(/\{[^}]*\}/g, '')
    .replaceAll(/\[[^\]]*\]/g, '')
    .replaceAll(/\bby \([^)]*\)/g, '');
  return [...bare.matchAll(/\b[a-z][a-z0-9_]*\b(?!\s*\()/g)]
    .map(([name]) => name)
    .filter((name) => !ofPrometheus.has(name));
}

/** The labels that a query asks of a metric or groups by, except those that Prometheus adds to every scrape. */
function labelsIn(query: string): string[] {
  const requested = [...query.matchAll(/(\w+)(?:=|!=|=~|!~)"/g)].map(([, label]) => label!);
  const grouped = [...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, labels]) => labels!.split(/,\s*/));
  return [...requested, ...grouped].filter((label) => !['job', 'instance'].includes(label));
}

/** Whether a delivery and a check of the schema have happened. */
const isComplete = (text: string) =>
  text.includes('outbox_attempts_total{') && /^database_schema_fits /m.test(text);

describe.each(databaseKinds)('The dashboard and alerts for operators, on %s', (kind) => {
  const database = useDatabase(kind);
  let service: RunningService;
  let served = new Set<string>();
  let text = '';

  beforeAll(async () => {
    service = await RunningService.start({ DATABASE_URL: database.url, PASSWORD_CONCURRENCY: '1' });
    await Promise.all([service.post('/user/', ada), service.post('/user/', ada)]);
    await until('the metrics are complete', async () => {
      text = await service.metrics();
      return isComplete(text);
    });
    // A metric without samples while the service is healthy is still declared.
    served = new Set([...text.matchAll(/^(?:# TYPE )?([a-z][a-z0-9_]*)[ {]/gm)].map(([, name]) => name!));
  });
  afterAll(() => service.stop());

  it('show every metric of our own', () => {
    const shown = new Set(
      dashboardQueries.flatMap(metricsIn).map((name) => name.replace(/_(bucket|count)$/, '')),
    );
    const own = [...text.matchAll(/^# TYPE (\w+)/gm)]
      .map(([, name]) => name!)
      .filter((name) => !/^(nodejs|process)_/.test(name));

    expect(own.length).toBeGreaterThan(10);
    expect(own.filter((name) => !shown.has(name))).toEqual([]);
  });

  it.each([...alertQueries, ...dashboardQueries].map((query) => [query]))(
    'query metrics that are served: %s',
    (query) => {
      const names = metricsIn(query);

      if (!query.startsWith('up{')) expect(names).not.toEqual([]);
      expect(names.filter((name) => !served.has(name) && !absentOn[kind].has(name))).toEqual([]);
      for (const label of labelsIn(query)) expect(text).toMatch(new RegExp(`[{,]${label}="`));
    },
  );

  it.each(['succeeded', 'failed', 'refused', 'locked'])(
    'have a count of guesses that starts at 0, so that the first one is an increase: %s',
    (outcome) => expect(text).toContain(`limit_decisions_total{limit="guesses",outcome="${outcome}"} 0\n`),
  );
});

describe('The page for operators', () => {
  it.each(alerts)('explains what to do about %s', (alert) => {
    const section = new RegExp(`^### ${alert}\\n([^#]+)`, 'm').exec(page)?.[1] ?? '';

    expect(section.length).toBeGreaterThan(100);
    expect(rules).toContain(`runbook: docs/guide/operate.md#${alert.toLowerCase()}`);
  });

  it('lists no alert that does not exist', () => {
    const sections = [...page.matchAll(/^### (\w+)$/gm)].map(([, name]) => name);

    expect(sections).toEqual(alerts);
  });
});

describe('The dashboard', () => {
  it.each(dashboardQueries.map((query) => [query]))('queries only our own series: %s', (query) => {
    const selectors = query.match(/\{[^}]*\}/g) ?? [];

    expect(selectors).toHaveLength(metricsIn(query).length);
    for (const selector of selectors) expect(selector).toMatch(new RegExp(`^\\{${job}[,}]`));
  });

  it('has a query in every panel, and every panel once', () => {
    const panels = dashboard.panels.filter(({ type }) => type !== 'row');

    expect(panels.length).toBeGreaterThan(10);
    for (const { targets } of panels) expect(targets).not.toHaveLength(0);
    expect(new Set(dashboard.panels.map(({ id }) => id)).size).toBe(dashboard.panels.length);
  });
});
