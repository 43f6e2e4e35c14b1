import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Filter, Repository } from '../src/ddd/repository/index.js';
import { AlreadyExistsError, NotFoundError, UnfilteredWriteError } from '../src/ddd/repository/index.js';

export interface EntityHarness<Entity extends { readonly id: string | number }> {
  /** The repository under test; the suite empties it. */
  open(): Promise<{ readonly repository: Repository<Entity>; close?(): Promise<unknown> }>;
  /** A complete record that can be stored beside those of other numbers. @param number from 1 */
  record(number: number): Entity;
  /** A valid change for updates. */
  readonly change: Partial<Entity>;
}

/**
 * What the repository of any entity promises, whatever methods of its own it has: run it on yours.
 *
 *     entityContract('ProductRepository', { open, record: (number) => ({ id: `${number}`, … }), change: { stock: 7 } });
 */
export function entityContract<Entity extends { readonly id: string | number }>(
  name: string,
  { open, record, change }: EntityHarness<Entity>,
): void {
  describe(`${name} as a repository`, () => {
    let harness: Awaited<ReturnType<typeof open>>;
    let repository: Repository<Entity>;
    const byId = ({ id }: Entity) => ({ id }) as unknown as Filter<Entity>;
    const [one, two, three] = [record(1), record(2), record(3)];

    beforeAll(async () => {
      harness = await open();
      repository = harness.repository;
    });
    afterAll(() => harness.close?.());
    beforeEach(() => repository.dropAll());

    it('returns what it stored, one record or many', async () => {
      expect(await repository.create(one)).toMatchObject(one);
      expect(await repository.create([two, three])).toMatchObject([two, three]);
      expect(await repository.retrieve(byId(two))).toMatchObject(two);
      expect(await repository.count()).toBe(3);
    });

    it('refuses an id that is taken, and stores none of the records given with it', async () => {
      await repository.create(one);

      await expect(repository.create([two, one])).rejects.toThrow(AlreadyExistsError);
      expect(await repository.count()).toBe(1);
    });

    it('reports a missing record: null, NotFoundError, 0', async () => {
      await repository.create(one);

      expect(await repository.find(byId(two))).toBeNull();
      await expect(repository.retrieve(byId(two))).rejects.toThrow(NotFoundError);
      await expect(repository.delete(byId(two))).rejects.toThrow(NotFoundError);
      expect(await repository.update(change, byId(two))).toBe(0);
      expect(await repository.drop(byId(two))).toBe(0);
    });

    it('changes and removes only what matches', async () => {
      await repository.create([one, two]);

      expect(await repository.update(change, byId(one))).toBe(1);
      expect(await repository.retrieve(byId(one))).toMatchObject({ ...one, ...change });
      expect(await repository.retrieve(byId(two))).toMatchObject(two);
      await repository.delete(byId(one));
      expect(await repository.list()).toMatchObject([two]);
    });

    it('refuses to change or drop without a filter', async () => {
      await repository.create(one);

      await expect(repository.update(change, {})).rejects.toThrow(UnfilteredWriteError);
      await expect(repository.drop({})).rejects.toThrow(UnfilteredWriteError);
      expect(await repository.count()).toBe(1);
    });

    it('iterates over every record once, page by page', async () => {
      const records = Array.from({ length: 7 }, (_, index) => record(index + 1));
      await repository.create(records);
      const seen: Entity[] = [];
      for await (const found of repository.stream({}, { batch: 3 })) seen.push(found);

      expect(new Set(seen.map(({ id }) => id))).toEqual(new Set(records.map(({ id }) => id)));
      expect(seen).toHaveLength(7);
      expect(await repository.listPage({}, { size: 5, page: 2 })).toMatchObject({ total: 7, page: 2 });
    });
  });
}
