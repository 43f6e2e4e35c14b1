/**
 * Filters that an index serves, and pages in a database with the collation of a language.
 * Real: the databases and their drivers. Fake: nothing.
 */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Column, CreateDateColumn, Entity, Index, PrimaryColumn } from 'typeorm';
import type { DataSource } from 'typeorm';
import pg from 'pg';
import { readSettings } from '../../src/config/settings.js';
import { createDataSource } from '../../src/database/data-source.js';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { planOf } from '../support/plan.js';
import { useDatabase } from '../support/use-database.js';

@Entity('reading')
class Reading {
  @PrimaryColumn('varchar', { length: 40 })
  id!: string;

  @Index()
  @Column('bigint')
  big!: string;

  @Index()
  @Column('integer')
  whole!: number;

  @Index()
  @Column('decimal', { precision: 12, scale: 2 })
  price!: string;

  @Index()
  @CreateDateColumn()
  createdAt?: Date;

  @Column('varchar', { length: 40 })
  name!: string;
}

class ReadingRepository extends SqlTableRepository<Reading> {
  protected readonly entity = Reading;
}

const many = (length: number): Reading[] =>
  Array.from({ length }, (_, index) => ({
    id: `${'aBäÄ_'[index % 5]}${index}`,
    big: String(2n ** 53n + BigInt(index)),
    whole: index,
    price: `${index}.25`,
    name: `${'bAzÖ-'[index % 5]}${index % 11}`,
  }));

describe.each(databaseKinds)('An index on %s', (kind) => {
  const database = useDatabase(kind, [Reading]);
  let dataSource: DataSource;
  let readings: ReadingRepository;
  beforeAll(async () => {
    dataSource = database.dataSource;
    readings = new ReadingRepository(dataSource);
    await readings.create(many(5_000));
    await dataSource.query('ANALYZE');
  });

  const isSearch = (field: string) =>
    kind === 'sqlite'
      ? new RegExp(`SEARCH reading USING .*INDEX \\S+ \\(${field}`)
      : /Index (Only )?Scan|Index Cond/;

  it.each([
    ['big', { big: String(2n ** 53n + 1n) }, 1],
    ['big', { big: 2 ** 53 + 2 }, 1],
    ['big', { big: { in: [2n ** 53n + 1n, 2n ** 53n + 3n] } }, 2],
    ['big', { big: { gt: 2 ** 53 + 4_990 } }, 9],
    ['big', { big: { gte: String(2n ** 53n + 4_990n), lt: 1e30 } }, 10],
    ['whole', { whole: { in: [1, 2 ** 40] } }, 1],
    ['whole', { whole: { gt: 4_989.5, lt: 2 ** 40 } }, 10],
    ['price', { price: '7.25' }, 1],
    ['price', { price: { gt: 4_989.251 } }, 10],
  ])('serves a filter by %s: %p', async (field, filter, count) => {
    expect(await readings.count(filter as never)).toBe(count);
    const plan = await planOf(dataSource, () => readings.count(filter as never));
    expect(plan).toMatch(isSearch(field));
    expect(plan).not.toMatch(/double precision|Seq Scan/);
  });

  it('serves a filter by a date', async () => {
    const [first] = await readings.list({}, { limit: 1 });
    const plan = await planOf(dataSource, () => readings.count({ createdAt: { lt: first!.createdAt! } }));
    expect(plan).toMatch(isSearch('createdAt'));
  });
});

describe.each(['en-US', 'sv-SE', 'und-u-ks-level2'])('PostgreSQL with the collation %s', (locale) => {
  it('pages through texts and keys completely, and compares them as it orders them', async () => {
    const database = await createDatabase('postgres');
    const name = `${new URL(database.url).pathname.slice(1)}_icu`;
    const url = new URL(database.url);
    await onServer(
      url.href,
      `CREATE DATABASE ${name} TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE '${locale}' LOCALE 'C'`,
    );
    url.pathname = name;
    const settings = readSettings({ DATABASE_URL: url.href });
    const dataSource = createDataSource(settings.database, { entities: [Reading] });
    try {
      await dataSource.initialize();
      await dataSource.synchronize();
      const readings = new ReadingRepository(dataSource);
      await readings.create(many(60));
      for (const order of [{}, { id: 'desc' }, { name: 'asc' }, { name: 'desc', id: 'asc' }] as const) {
        const walked: Reading[] = [];
        for await (const reading of readings.stream({}, { order, batch: 7 })) walked.push(reading);
        expect(walked.map(({ id }) => id)).toEqual((await readings.list({}, { order })).map(({ id }) => id));
        expect(new Set(walked.map(({ id }) => id)).size).toBe(60);
      }
      const names = (await readings.list({}, { order: { name: 'asc' } })).map((reading) => reading.name);
      expect(names).toEqual(
        [...names].sort((one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other))),
      );
      expect(await readings.count({ name: { gte: 'b', lt: 'z' } })).toBe(
        names.filter((each) => each >= 'b' && each < 'z').length,
      );
      const ids = (await readings.list()).map(({ id }) => id);
      expect((await readings.list({ id: { gt: ids[29]! } })).map(({ id }) => id)).toEqual(ids.slice(30));
    } finally {
      await dataSource.destroy();
      await onServer(database.url, `DROP DATABASE ${name} WITH (FORCE)`);
      await database.destroy();
    }
  });
});

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query(sql).finally(() => client.end());
}
