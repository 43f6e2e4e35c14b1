/**
 * Random values of each type of column, through a repository and back. VALUE_RUNS sets how many (10,000 for a release),
 * VALUE_SEED repeats a run.
 * Real: the databases and their drivers, the database in memory. Fake: nothing.
 */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Order } from '../../src/ddd/repository/index.js';
import { randomColumns } from '../support/random-values.js';
import { openBackend, recordBackends } from '../support/record-backends.js';
import type { OpenBackend } from '../support/record-backends.js';
import { Specimen, SpecimenRepository } from '../support/specimens.js';

const runs = Number(process.env['VALUE_RUNS'] ?? 150);
const seed = Number(process.env['VALUE_SEED'] ?? Date.now() % 1_000_000_000);
/** Values of a run that are queried one by one. */
const requested = 15;

describe.each(recordBackends)(`Random values (VALUE_SEED=${seed}) on %s`, (kind) => {
  let backend: OpenBackend;
  let specimens: SpecimenRepository;
  beforeAll(async () => {
    backend = await openBackend(kind, [Specimen]);
    specimens = new SpecimenRepository(backend.scope);
  });
  afterAll(() => backend.close());

  it.each(randomColumns)(
    'of the column $field are read, found, ordered, paged and written back unchanged',
    async ({ field, values, compare }) => {
      await specimens.dropAll();
      const given = fc
        .sample(fc.option(values, { freq: 20 }), { numRuns: runs, seed })
        .map((value, index) => ({ id: `id-${String(index).padStart(6, '0')}`, [field]: value }));
      const valueOf = (record: Specimen) => record[field as keyof Specimen];
      const expected = new Map(given.map((record) => [record.id, valueOf(record)]));
      const assertSame = (records: readonly Specimen[]) => {
        expect(records).toHaveLength(runs);
        const changed = records
          .map((record) => [valueOf(record), expected.get(record.id)])
          .filter(([value, wanted]) => !isDeepStrictEqual(value, wanted));
        expect(changed.slice(0, 3)).toEqual([]);
        expect(new Set(records.map(({ id }) => id)).size).toBe(runs);
      };

      assertSame(await specimens.create(given));
      const read = await specimens.list({}, { limit: runs });
      assertSame(read);
      await specimens.dropAll();
      assertSame(await specimens.create(read));
      for (const record of read.slice(0, requested))
        await specimens.update({ [field]: valueOf(record) }, { id: record.id });
      assertSame(await specimens.list({}, { limit: runs }));
      const isEmpty = read.filter((record) => valueOf(record) === null).length;
      expect(await specimens.count({ [field]: null })).toBe(isEmpty);
      if (!compare) return;

      const difference = compare as (one: unknown, other: unknown) => number;
      const present = read.map(valueOf).filter((value) => value !== null);
      for (const value of present.slice(0, requested)) {
        const matching = (holds: (difference: number) => boolean) =>
          present.filter((other) => holds(difference(other, value))).length;
        const counted = async (condition: object) => specimens.count({ [field]: condition });
        expect(await counted({ eq: value })).toBe(matching((one) => one === 0));
        expect(await counted({ ne: value })).toBe(isEmpty + matching((one) => one !== 0));
        expect(await counted({ gt: value })).toBe(matching((one) => one > 0));
        expect(await counted({ gte: value })).toBe(matching((one) => one >= 0));
        expect(await counted({ lt: value })).toBe(matching((one) => one < 0));
        expect(await counted({ lte: value })).toBe(matching((one) => one <= 0));
        expect(await counted({ in: [value] })).toBe(matching((one) => one === 0));
      }
      expect(await specimens.count({ [field]: { in: present } })).toBe(present.length);

      for (const direction of ['asc', 'desc'] as const) {
        const walked: Specimen[] = [];
        const options = { order: { [field]: direction } as Order<Specimen>, batch: Math.ceil(runs / 30) + 3 };
        for await (const record of specimens.stream({}, options)) walked.push(record);
        assertSame(walked);
        const inOrder = walked.map(valueOf).filter((value) => value !== null);
        expect(inOrder).toEqual(
          [...inOrder].sort((one, other) => difference(one, other) * (direction === 'asc' ? 1 : -1)),
        );
      }
    },
  );
});
