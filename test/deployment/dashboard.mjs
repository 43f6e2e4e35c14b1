/**
 * Runs every query of the dashboard on Prometheus at http://localhost:9090, and checks that the alerts are loaded and
 * inactive.
 */
import { readFileSync } from 'node:fs';

const { panels } = JSON.parse(
  readFileSync(new URL('../../ops/grafana/account-service.json', import.meta.url), 'utf8'),
);
const queries = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
const ask = async (path) => (await fetch(`http://localhost:9090/api/v1/${path}`)).json();

const problems = [];
const without = [];
for (const query of queries) {
  const given = query.replaceAll('$__rate_interval', '1m');
  const { status, error, data } = await ask(`query?query=${encodeURIComponent(given)}`);
  if (status !== 'success') problems.push(`${query}: ${error}`);
  else if (!data.result.length) without.push(query);
}
// What nothing has happened for yet has no series: a query by topic, before a message of it was tried.
if (without.length > queries.length / 4) problems.push(...without.map((query) => `no answer: ${query}`));
const { data } = await ask('rules');
const rules = data.groups.flatMap((group) => group.rules);
if (!rules.length) problems.push('no alerts are loaded');
for (const { name, state, health } of rules)
  if (state === 'firing' || health === 'err') problems.push(`${name} is ${state}, ${health}`);
console.log(`${queries.length} queries, ${without.length} without a series, ${rules.length} alerts`);
for (const problem of problems) console.log(problem);
process.exitCode = problems.length ? 1 : 0;
