/**
 * A process in its own time zone: writes timestamps to DATABASE_URL, or reads them, and prints what it found.
 * Arguments: `write` or `read`, and the timestamps as a JSON list.
 */
import { readSettings } from '../../src/config/settings.js';
import { createDataSource } from '../../src/database/data-source.js';
import { Specimen, SpecimenRepository } from './specimens.js';

/** Its output, as JSON. */
export interface Seen {
  /** Found by each of the timestamps. */
  readonly ids: string[][];
  readonly records: { readonly id: string }[];
  readonly byTypeOrm: { readonly id: string }[];
  /** The dates that the database filled in. */
  readonly oldestSeconds: number;
}

const [, , verb, json = '[]'] = process.argv;
const moments = (JSON.parse(json) as string[]).map((text) => new Date(text));
const { database } = readSettings({ DATABASE_URL: process.env['DATABASE_URL'] });
const dataSource = await createDataSource(database, { entities: [Specimen] }).initialize();
const specimens = new SpecimenRepository(dataSource);

if (verb === 'write') {
  await dataSource.synchronize();
  await specimens.create(
    moments.map((at, index) => ({ id: `r${index}`, at, moment: at, day: '2024-03-10', hour: '02:30:00' })),
  );
  const theirs = dataSource.getRepository(Specimen);
  for (const [index, at] of moments.entries())
    await theirs.insert({ id: `t${index}`, at, moment: at, day: '2024-03-10', hour: '02:30:00' });
  await dataSource.query(`INSERT INTO specimen (id, at) VALUES ('now', ${now()})`);
}
const ids: string[][] = [];
for (const at of moments) {
  const found = await specimens.list({ at, moment: { gte: at, lte: at } });
  ids.push(found.map(({ id }) => id));
}
const [records, byTypeOrm] = [
  await specimens.list(),
  await dataSource.getRepository(Specimen).find({ order: { id: 'ASC' } }),
];
const ages = records.map(({ id, createdAt, at }) => Date.now() - (id === 'now' ? at! : createdAt!).getTime());
const shown = ({ id, at, moment, day, hour }: Specimen) => ({ id, at, moment, day, hour });
console.log(
  JSON.stringify({
    ids,
    records: records.filter(({ id }) => id !== 'now').map(shown),
    byTypeOrm: byTypeOrm.filter(({ id }) => id !== 'now').map(shown),
    oldestSeconds: Math.max(...ages.map(Math.abs)) / 1_000,
  }),
);
await dataSource.destroy();

function now(): string {
  return dataSource.options.type === 'postgres' ? 'now()' : `datetime('now')`;
}
