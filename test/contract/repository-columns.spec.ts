/**
 * What a table repository makes of the columns that TypeORM gives a meaning of their own.
 * Real: the databases and their drivers. Fake: nothing.
 */
import { beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { NotFoundError } from '../../src/ddd/repository/index.js';
import { databaseKinds } from '../support/databases.js';
import {
  Depot,
  Numbered,
  NumberedRepository,
  Parcel,
  parcelEntities,
  Place,
  PlaceRepository,
  ParcelRepository,
} from '../support/parcels.js';
import { useDatabase } from '../support/use-database.js';

const parcel = (more: Partial<Parcel> = {}) =>
  ({ sender: 'Ada', content: 'tea', size: { width: 3 }, ...more }) as Parcel;

describe.each(databaseKinds)('The columns of a table on %s', (kind) => {
  const database = useDatabase(kind, parcelEntities);
  let dataSource: DataSource;
  let parcels: ParcelRepository;
  beforeAll(() => {
    dataSource = database.dataSource;
    parcels = new ParcelRepository(dataSource);
  });
  beforeEach(async () => {
    for (const table of ['parcel', 'depot', 'numbered']) await dataSource.query(`DELETE FROM ${table}`);
    await dataSource.getRepository(Depot).insert([{ code: 'north' }, { code: 'south' }]);
  });

  it('are filled by the database where the record leaves them out: id, default, version, dates', async () => {
    const created = await parcels.create(parcel());
    expect(created).toBeInstanceOf(Parcel);
    expect(created).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      state: 'new',
      labels: null,
      content: 'tea',
      size: { width: 3, height: null },
      version: 1,
      createdAt: expect.any(Date),
      deletedAt: null,
    });
    expect(await parcels.retrieve({ id: created.id })).toEqual(created);
  });

  it('are read by TypeORM as they were written here, and vice versa', async () => {
    const created = await parcels.create(parcel({ labels: ['a', 'b'], depotCode: 'north', state: 'sent' }));
    expect(created.depotCode).toBe('north');
    const theirs = dataSource.getRepository(Parcel);
    const read = await theirs.findOneOrFail({ where: { id: created.id }, relations: { depot: true } });
    expect(read).toMatchObject({
      labels: ['a', 'b'],
      content: 'tea',
      state: 'sent',
      depot: { code: 'north' },
    });
    const saved = await theirs.save(theirs.create(parcel({ size: { width: 9, height: 1 } })));
    expect(await parcels.retrieve({ id: saved.id })).toMatchObject({
      content: 'tea',
      size: { width: 9, height: 1 },
    });
  });

  it('change with the record: version and date automatically, a part of an embedded object, a reference by its key', async () => {
    const { id } = await parcels.create(parcel({ size: { width: 3, height: 4 } }));
    await dataSource.query(`UPDATE parcel SET "updatedAt" = '2000-01-01 00:00:00'`);
    const changes = { content: 'salt', size: { width: 5 }, depotCode: 'south' } as Partial<Parcel>;
    expect(await parcels.update(changes, { id })).toBe(1);
    const changed = await dataSource
      .getRepository(Parcel)
      .findOneOrFail({ where: { id }, relations: { depot: true } });
    expect(changed).toMatchObject({ ...changes, size: { width: 5, height: 4 }, version: 2 });
    expect(changed.updatedAt.getUTCFullYear()).toBeGreaterThan(2020);
  });

  it('keep what must not be updated, and refuse unknown fields', async () => {
    const { id } = await parcels.create(parcel());
    await parcels.update({ sender: 'Eve', state: 'sent' }, { id });
    expect(await parcels.retrieve({ id })).toMatchObject({ sender: 'Ada', state: 'sent' });
    await expect(parcels.update({ sender: 'Eve' }, { id })).rejects.toThrow(
      'Parcel: none of these fields can be updated',
    );
    await expect(parcels.update({ weight: 1 } as never, { id })).rejects.toThrow(
      'Parcel has no column weight',
    );
  });

  it('that mark a record as deleted hide it from every method', async () => {
    const [gone, here] = await parcels.create([parcel(), parcel()]);
    expect(await parcels.update({ deletedAt: new Date() }, { id: gone!.id })).toBe(1);
    expect(await parcels.list()).toEqual([here]);
    expect(await parcels.count()).toBe(1);
    expect(await parcels.find({ id: gone!.id })).toBeNull();
    expect(await parcels.update({ state: 'sent' }, { id: gone!.id })).toBe(0);
    await expect(parcels.delete({ id: gone!.id })).rejects.toThrow(NotFoundError);
    expect(await parcels.drop({ sender: 'Ada' })).toBe(1);
    expect(await dataSource.getRepository(Parcel).count({ withDeleted: true })).toBe(1);
  });

  it('whose type needs functions around its values are refused with the remedy', async () => {
    // SQLite has no such column: TypeORM itself refuses the entity there.
    if (kind === 'sqlite') return expect(database.connect([Place])).rejects.toThrow('geometry');
    const places = new PlaceRepository(await database.connect([Place]));
    await expect(places.list()).rejects.toThrow('at is a geometry: read it with SQL');
  });

  it('that are all left to the database make a record of defaults only', async () => {
    const numbered = new NumberedRepository(dataSource);
    const first = await numbered.create({} as Numbered);
    expect(first).toMatchObject({ number: expect.any(Number), word: 'none' });
    const [second, third] = await numbered.create([{} as Numbered, { word: 'own' } as Numbered]);
    expect([second!.number, third!.number]).toEqual([first.number + 1, first.number + 2]);
    expect([second!.word, third!.word]).toEqual(['none', 'own']);
  });
});
