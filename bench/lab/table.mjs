import { spread } from './statistics.mjs';

const bound = {
  least: { sign: '>=', holds: (value, goal) => value >= goal },
  most: { sign: '<=', holds: (value, goal) => value <= goal },
};

/**
 * The figures of a run as one table.
 * @param figures each `{ name, unit, values: { subject: number[] }, compared, goal }`; `compared` is
 *   `{ what, values }` and `goal` `{ least | most, of }`, of the comparison where there is one, else of our own median
 */
export function table(figures) {
  const subjects = [...new Set(figures.flatMap(({ values }) => Object.keys(values)))];
  const head = ['', ...subjects, 'compared', 'goal', ''];
  const body = figures.map((figure) => [
    figure.unit ? `${figure.name}, ${figure.unit}` : figure.name,
    ...subjects.map((subject) => (figure.values[subject] ? withSpread(figure.values[subject]) : '')),
    figure.compared ? `${withSpread(figure.compared.values)} ${figure.compared.unit}` : '',
    figure.goal ? goalText(figure) : '',
    figure.goal ? (meetsGoal(figure) ? 'met' : 'MISSED') : '',
  ]);
  return aligned([head, ...body]);
}

/** @returns whether the median meets the goal; true where there is none */
export function meetsGoal({ values, compared, goal }) {
  if (!goal) return true;
  const [[kind, limit]] = Object.entries(goal);
  return bound[kind].holds(spread(compared?.values ?? values.ours).median, limit);
}

function goalText({ goal }) {
  const [[kind, limit]] = Object.entries(goal);
  return `${bound[kind].sign} ${limit}`;
}

/** The median, and the range of the rounds. */
function withSpread(values) {
  const { median, least, most } = spread(values);
  return values.length > 1 ? `${short(median)} (${short(least)}–${short(most)})` : short(median);
}

function short(number) {
  if (!Number.isFinite(number)) return 'none';
  const digits = Math.abs(number) >= 100 ? 0 : Math.abs(number) >= 10 ? 1 : 2;
  return number.toFixed(digits);
}

function aligned(rows) {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const lines = rows.map((row) =>
    row.map((cell, column) => (column ? cell.padStart(widths[column]) : cell.padEnd(widths[0]))).join('  '),
  );
  lines.splice(1, 0, '-'.repeat(lines[0].length));
  return lines.map((line) => line.trimEnd()).join('\n');
}
