/**
 * A process in its own time zone: writes timestamps to databases, or reads them, and prints what it found in each.
 * Arguments: `write` or `read`, the URLs and the timestamps, both as JSON lists.
 */
import { readSettings } from '../../src/config/settings.js';
import { createDataSource } from '../../src/database/data-source.js';
import { Specimen, SpecimenRepository } from './specimens.js';

/** Its output for a database, as JSON. */
export interface Seen {
  /** Found by each of the timestamps. */
  readonly ids: string[][];
  readonly records: { readonly id: string }[];
  readonly byTypeOrm: { readonly id: string }[];
  /** The dates that the database filled in. */
  readonly oldestSeconds: number;
}

const [, , verb, urls = '[]', json = '[]'] = process.argv;
const moments = (JSON.parse(json) as string[]).map((text) => new Date(text));
const seen: unknown[] = [];
for (const url of JSON.parse(urls) as string[]) seen.push(await visit(url));
console.log(JSON.stringify(seen));

async function visit(url: string) {
  const { database } = readSettings({ DATABASE_URL: url });
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
    const now = dataSource.options.type === 'postgres' ? 'now()' : `datetime('now')`;
    await dataSource.query(`INSERT INTO specimen (id, at) VALUES ('now', ${now})`);
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
  await dataSource.destroy();
  const ages = records.map(
    ({ id, createdAt, at }) => Date.now() - (id === 'now' ? at! : createdAt!).getTime(),
  );
  const shown = ({ id, at, moment, day, hour }: Specimen) => ({ id, at, moment, day, hour });
  return {
    ids,
    records: records.filter(({ id }) => id !== 'now').map(shown),
    byTypeOrm: byTypeOrm.filter(({ id }) => id !== 'now').map(shown),
    oldestSeconds: Math.max(...ages.map(Math.abs)) / 1_000,
  };
}
