/**
 * Dates that the database fills in, with a finer or coarser precision than a Date.
 * Real: the databases and their drivers, the database in memory. Fake: nothing.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { openBackend, recordBackends } from '../support/record-backends.js';
import type { OpenBackend } from '../support/record-backends.js';
import { Specimen, SpecimenRepository } from '../support/specimens.js';

type Dated = 'createdAt' | 'moment';
const rows = 10;

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
