/**
 * Dates that the database fills in, with a finer or coarser precision than a Date, and spellings of other programs.
 * Real: the databases and their drivers, the database in memory. Fake: nothing.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Column, CreateDateColumn, Entity, PrimaryColumn, UpdateDateColumn } from 'typeorm';
import type { DataSource } from 'typeorm';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { databaseKinds } from '../support/databases.js';
import { openBackend, recordBackends } from '../support/record-backends.js';
import type { OpenBackend } from '../support/record-backends.js';
import { Specimen, SpecimenRepository } from '../support/specimens.js';
import { useDatabase } from '../support/use-database.js';

type Dated = 'createdAt' | 'moment';
const rows = 10;

/** Dates with fewer digits than the current moment has. */
@Entity('coarsely_dated')
class CoarselyDated {
  @PrimaryColumn('integer')
  id!: number;

  @CreateDateColumn({ precision: 0 })
  second?: Date;

  @Column({ type: 'timestamptz', precision: 0, default: () => 'CURRENT_TIMESTAMP' })
  filled?: Date;

  @UpdateDateColumn({ type: 'timestamptz', precision: 2 })
  hundredth?: Date;
}

@Entity('daily')
class Daily {
  @PrimaryColumn('integer')
  id!: number;

  @CreateDateColumn({ type: 'date' })
  created?: string;

  @UpdateDateColumn({ type: 'date' })
  updated?: string;
}

@Entity('keyed_by_moment')
class KeyedByMoment {
  @PrimaryColumn('timestamptz')
  at!: Date;

  @Column('varchar')
  name!: string;
}

@Entity('spelt')
class Spelt {
  @PrimaryColumn('integer')
  id!: number;

  @Column('uuid', { nullable: true })
  code!: string | null;

  @Column('time', { nullable: true })
  hour!: string | null;

  @Column('timestamptz', { nullable: true })
  at!: Date | null;
}

describe.each(recordBackends)('Dates that the database fills in on %s', (kind) => {
  let backend: OpenBackend;
  let specimens: SpecimenRepository;
  beforeAll(async () => {
    backend = await openBackend(kind, [Specimen]);
    specimens = new SpecimenRepository(backend.scope);
  });
  afterAll(() => backend.close());
  beforeEach(() => specimens.dropAll());

  const query = (sql: string) => (backend.scope as unknown as DataSource).query<unknown>(sql);

  /** Each way in which such rows come to be, by the field that holds the date. */
  const ways: Record<string, { readonly field: Dated; fill(): Promise<unknown> }> = {
    'in one create': {
      field: 'createdAt',
      fill: () => specimens.create(Array.from({ length: rows }, (_, index) => ({ id: `${index}` }))),
    },
    'by the default of the column': {
      field: 'createdAt',
      fill: async () => {
        for (let index = 0; index < rows; index++)
          await query(`INSERT INTO specimen (id) VALUES ('${index}')`);
      },
    },
    'with microseconds, or without milliseconds': {
      field: 'moment',
      fill: async () => {
        for (let index = 0; index < rows; index++) {
          const fraction =
            kind === 'postgres' ? `.00${index >> 2}${String(index * 37).padStart(3, '0')}` : '';
          await query(
            `INSERT INTO specimen (id, moment) VALUES ('${index}', '1969-12-31 23:59:4${index % 2}${fraction}')`,
          );
        }
      },
    },
  };
  const names = kind === 'memory' ? ['in one create'] : Object.keys(ways);

  describe.each(names)('%s', (name) => {
    const { field, fill } = ways[name]!;
    let read: Specimen[];
    beforeEach(async () => {
      await fill();
      read = await specimens.list();
    });

    it.each(['asc', 'desc'] as const)('list every record once, in the order %s', async (direction) => {
      const seen: string[] = [];
      let after: string | null = null;
      for (let pages = 0; pages < rows; pages++) {
        const page: Awaited<ReturnType<SpecimenRepository['listAfter']>> = await specimens.listAfter(
          {},
          { order: { [field]: direction }, size: 3, after },
        );
        seen.push(...page.records.map(({ id }) => id));
        after = page.next;
        if (after === null) break;
      }
      expect(after).toBeNull();
      expect(seen.toSorted()).toEqual(read.map(({ id }) => id));
    });

    it('are found, compared and written back as they were read', async () => {
      const timeOf = (record: Specimen) => record[field]!.getTime();
      for (const one of read) {
        const value = one[field]!;
        const ids = async (condition: object) =>
          (await specimens.list({ [field]: condition })).map(({ id }) => id);
        const those = (holds: (difference: number) => boolean) =>
          read.filter((other) => holds(timeOf(other) - timeOf(one))).map(({ id }) => id);

        expect(await specimens.find({ id: one.id, [field]: value })).toEqual(one);
        expect(await ids({ eq: value })).toEqual(those((difference) => difference === 0));
        expect(await ids({ in: [value] })).toEqual(those((difference) => difference === 0));
        expect(await ids({ ne: value })).toEqual(those((difference) => difference !== 0));
        expect(await ids({ gt: value })).toEqual(those((difference) => difference > 0));
        expect(await ids({ gte: value })).toEqual(those((difference) => difference >= 0));
        expect(await ids({ lt: value })).toEqual(those((difference) => difference < 0));
        expect(await ids({ lte: value })).toEqual(those((difference) => difference <= 0));
      }
      for (const { id, [field]: value } of read) await specimens.update({ [field]: value }, { id });
      const again = await specimens.list();
      expect(again.map(timeOf)).toEqual(read.map(timeOf));
    });
  });

  it('date a change with milliseconds, not before the creation', async () => {
    const { id, createdAt } = await specimens.create({ id: 'one' });
    await specimens.update({ whole: 1 }, { id });
    const { updatedAt } = await specimens.retrieve({ id });
    expect(updatedAt!.getTime()).toBeGreaterThanOrEqual(createdAt!.getTime());
    expect(await specimens.count({ id, updatedAt: updatedAt! })).toBe(1);
  });
});

describe.each(recordBackends)('Dates of fewer digits than the clock on %s', (kind) => {
  let backend: OpenBackend;
  beforeAll(async () => {
    backend = await openBackend(kind, [CoarselyDated, Daily]);
  });
  afterAll(() => backend.close());

  it.each([
    [CoarselyDated, ['second', 'filled', 'hundredth']],
    [Daily, ['created', 'updated']],
  ])('are found and written back as they were read: %p', async (entity, fields) => {
    const records = backend.repository<{ id: number }>(entity);
    await records.create([{ id: 1 }]);
    await records.update({ id: 2 }, { id: 1 });
    const read: Record<string, unknown> = { ...(await records.retrieve({ id: 2 })) };
    for (const field of fields)
      expect([field, await records.count({ [field]: read[field] })]).toEqual([field, 1]);
    await records.update(read, { id: 2 });
    expect(await records.retrieve({ id: 2 })).toEqual(read);
    await records.create({ ...read, id: 3 });
    expect(await records.retrieve({ id: 3 })).toEqual({ ...read, id: 3 });
  });
});

describe.each(databaseKinds)('A moment as a key on %s', (kind) => {
  const database = useDatabase(kind, [KeyedByMoment]);

  it('removes only the record that matches, not the others of its millisecond', async () => {
    const records = SqlTableRepository.of(KeyedByMoment);
    const [one, other] = kind === 'postgres' ? ['.000001', '.000002'] : ['', '.000'];
    await database.dataSource.query(
      `INSERT INTO keyed_by_moment (at, name) VALUES ('2026-01-31 12:00:00${one}', 'a'), ('2026-01-31 12:00:00${other}', 'b')`,
    );
    await new records(database.dataSource).delete({ name: 'a' });
    expect(await new records(database.dataSource).list()).toMatchObject([{ name: 'b' }]);
  });
});

describe('A value that another program wrote into SQLite', () => {
  const database = useDatabase('sqlite', [Spelt]);

  it.each([
    ['code', 'D73D4A62-DFE9-4907-91F4-F6B06F33C534', /spelt\.code holds a uuid in a spelling/],
    ['hour', '08:00', /spelt\.hour holds a time in a spelling/],
    ['hour', '08:00:00.500', /spelt\.hour/],
    ['at', '2026-01-31T12:00:00.000Z', /spelt\.at holds a moment in a format/],
    ['at', '2026-01-31 12:00:00.123456', /spelt\.at/],
    ['at', '2026-01-31', /spelt\.at/],
  ])('is refused where no filter would find it: %s %s', async (field, value, message) => {
    const spelt = new (SqlTableRepository.of(Spelt))(database.dataSource);
    await spelt.dropAll();
    await database.dataSource.query(`INSERT INTO spelt (id, ${field}) VALUES (1, '${value}')`);
    await expect(spelt.list()).rejects.toThrow(message);
  });
});
