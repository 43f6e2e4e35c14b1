// Real: the alert rules as they are shipped, in the rule engine of Prometheus (promtool, of Debian's package
// prometheus).
// Fake: the series, which no service has served.
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse, stringify } from 'yaml';

interface Series {
  readonly series: string;
  readonly values: string;
}
interface RuleTest {
  readonly name: string;
  readonly input_series: readonly Series[];
  readonly promql_expr_test: readonly { exp_samples: readonly { labels: string }[] }[];
}
interface RuleTests {
  readonly rule_files: readonly string[];
  readonly tests: readonly RuleTest[];
}

const rulesFile = resolve('ops/prometheus/alerts.yml');
const testsFile = resolve('ops/prometheus/alerts.test.yml');
const rules = readFileSync(rulesFile, 'utf8');
const tests = parse(readFileSync(testsFile, 'utf8')) as RuleTests;
const alerts = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
const queries = [...rules.matchAll(/^ +expr: (.+)$/gm)].map(([, expr]) => expr!);

function hasPromtool(): boolean {
  try {
    execFileSync('promtool', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    console.warn(
      'SKIPPED: no promtool, so the alerts were not tried. It comes with: apt-get install prometheus',
    );
    return false;
  }
}
const check = hasPromtool() ? it : it.skip;

async function promtool(...args: string[]): Promise<string> {
  const { stdout, stderr } = await promisify(execFile)('promtool', args).catch(
    (error: { stdout: string; stderr: string }) => {
      throw new Error(error.stdout + error.stderr);
    },
  );
  return stdout + stderr;
}

const firing = (test: RuleTest) =>
  test.promql_expr_test.flatMap(({ exp_samples }) =>
    exp_samples.map(({ labels }) => /alertname="(\w+)"/.exec(labels)?.[1] ?? ''),
  );

/** The same series of another service, while ours is healthy. */
function ofAnotherService(test: RuleTest): RuleTest {
  const ours = { series: 'up{job="account-service",instance="b:9464"}', values: '1x30' };
  return {
    ...test,
    input_series: [
      ours,
      ...test.input_series.map((each) => ({
        ...each,
        series: each.series.replace('job="account-service"', 'job="billing"'),
      })),
    ],
    promql_expr_test: test.promql_expr_test.map((each) => ({ ...each, exp_samples: [] })),
  };
}

/** Together with another service that is healthy and has much more traffic. */
function besideAnotherService(test: RuleTest): RuleTest {
  const well = [
    ['up', '1x30'],
    ['database_up', '1x30'],
    ['password_hash_shed_total', '0x30'],
    ['http_request_duration_seconds_count{method="GET",route="/",status="200"}', '0+600000x30'],
  ].map(([name = '', values = '']) => ({
    series: name.includes('{')
      ? name.replace('{', '{job="billing",instance="c:9464",')
      : `${name}{job="billing",instance="c:9464"}`,
    values,
  }));
  return { ...test, input_series: [...test.input_series, ...well] };
}

describe('The alerts', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'alerts-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function run(changed: RuleTests): Promise<string> {
    const file = join(folder, 'alerts.test.yml');
    writeFileSync(file, stringify({ ...changed, rule_files: [rulesFile] }));
    return promtool('test', 'rules', file);
  }

  it.each(alerts)('have a test in which %s fires', (alert) => {
    expect(tests.tests.flatMap(firing)).toContain(alert);
  });

  it.each(queries.map((query) => [query]))('query only our own series: %s', (query) => {
    const selectors = query.match(/\{[^}]*\}/g) ?? [];
    const metrics = query.match(/\b(up|[a-z]+_[a-z0-9_]+)(?=\{)/g) ?? [];

    expect(selectors.length).toBeGreaterThan(0);
    expect(metrics).toHaveLength(selectors.length);
    for (const selector of selectors) expect(selector).toMatch(/^\{job="account-service"[,}]/);
  });

  check('are valid rules', async () => {
    expect(await promtool('check', 'rules', rulesFile)).toContain(`${alerts.length} rules found`);
  });

  check('fire for what they are named after, and for nothing else', async () => {
    expect(await run(tests)).toContain('SUCCESS');
  });

  check('fire for nothing that happens to another service', async () => {
    expect(await run({ ...tests, tests: tests.tests.map(ofAnotherService) })).toContain('SUCCESS');
  });

  check('are not hidden by another service that is well', async () => {
    expect(await run({ ...tests, tests: tests.tests.map(besideAnotherService) })).toContain('SUCCESS');
  });

  check('would be seen to fail', async () => {
    const never = tests.tests.map((test) => ({
      ...test,
      promql_expr_test: test.promql_expr_test.map((each) => ({ ...each, exp_samples: [] })),
    }));

    await expect(run({ ...tests, tests: never })).rejects.toThrow('FAILED');
  });
});
