import { type Figure, isFault } from './audit.js';

/** The figures as a table, faults marked. */
export function table(figures: readonly Figure[]): string {
  const width = Math.max(...figures.map(({ name }) => name.length));
  const lines = figures.map((figure) => {
    const { name, value, expected, examples = [] } = figure;
    const verdict =
      expected === undefined
        ? ''
        : isFault(figure)
          ? `FAULT, expected ${expected} ${examples.join(', ')}`
          : 'ok';
    return `  ${name.padEnd(width)}  ${String(value).padStart(7)}  ${verdict}`.trimEnd();
  });
  return lines.join('\n');
}
