import { type Stat, isViolation } from './stat.js';

/** The counts as a table, with wrong ones marked. */
export function table(stats: readonly Stat[]): string {
  const width = Math.max(...stats.map(({ name }) => name.length));
  const lines = stats.map((stat) => {
    const { name, value, expected, examples = [] } = stat;
    const verdict =
      expected === undefined
        ? ''
        : isViolation(stat)
          ? `FAULT, expected ${expected} ${examples.join(', ')}`
          : 'ok';
    return `  ${name.padEnd(width)}  ${String(value).padStart(7)}  ${verdict}`.trimEnd();
  });
  return lines.join('\n');
}
