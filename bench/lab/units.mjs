import { join } from 'node:path';
import { comparedBy, part } from './throughput.mjs';

const units = ['insert', 'read and update', 'read'];
const goal = { least: 0.8 };

/** Units of work a second on one kind of database, ours compared with handwritten ones. */
export async function compareUnits(lab, database, addresses) {
  const program = await lab.open({
    name: 'the units of work',
    file: join(import.meta.dirname, '../units/units.mjs'),
    variables: { NODE_ENV: 'production', DATABASES: JSON.stringify(addresses) },
  });
  const run = (subject, unit, inFlight, seconds) =>
    program.call({ call: 'run', argument: { subject, unit, inFlight, seconds } });
  const figures = [];
  for (const unit of units) {
    for (const subject of ['ours', 'handwritten']) await run(subject, unit, 16, 1);
    for (const inFlight of [1, 16, 64]) {
      const results = await lab.interleaved(['ours', 'handwritten'], (subject) =>
        run(subject, unit, inFlight, lab.seconds / 2),
      );
      const rate = part(results, 'rate');
      const name = `${database}: ${unit}, ${inFlight} at once`;
      figures.push({
        name,
        unit: '/s',
        values: rate,
        compared: comparedBy(rate, 'handwritten'),
        ...(inFlight === 64 && { goal }),
      });
      if (inFlight === 64) figures.push({ name: `${name}, CPU`, unit: 'ms', values: part(results, 'cpu') });
    }
  }
  await lab.stop(program);
  return figures;
}
