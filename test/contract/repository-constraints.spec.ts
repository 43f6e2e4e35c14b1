/**
 * A violated constraint is named by its resource and fields, the same on every backend.
 * Real: the databases, their drivers, the database in memory. Fake: the entities.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Check, Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import type { DataSource } from 'typeorm';
import { AlreadyExistsError, IntegrityError, SqlTableRepository } from '../../src/ddd/repository/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { databaseKinds } from '../support/databases.js';
import { useDatabase } from '../support/use-database.js';
import { openBackend, recordBackends } from '../support/record-backends.js';
import type { OpenBackend } from '../support/record-backends.js';

class Label {
  @Column('varchar', { name: 'txt', unique: true })
  text!: string;

  @Column('varchar', { name: 'lang' })
  language!: string;
}

@Entity('shelf')
@Unique('shelf_room_place', ['room', 'place'])
@Index('shelf_language', ['label.language', 'code'], { unique: true })
class Shelf {
  @PrimaryColumn('integer', { name: 'shelf_no' })
  number!: number;

  @Column('varchar', { name: 'code_col', unique: true })
  code!: string;

  @Column('integer', { name: 'room_col' })
  room!: number;

  @Column('integer', { name: 'place_col' })
  place!: number;

  @Column(() => Label)
  label!: Label;
}

const shelf = (number: number, more: Partial<Shelf> = {}): Shelf => ({
  number,
  code: `c${number}`,
  room: number,
  place: number,
  label: { text: `t${number}`, language: `l${number}` },
  ...more,
});

@Entity('weighed')
class Weighed {
  @PrimaryColumn('integer')
  id!: number;

  @Column('decimal', { unique: true })
  weight!: string;
}

// SQLite keeps no decimals of any length.
describe.each(['memory', 'postgres'] as const)('A decimal that is taken on %s', (backend) => {
  it('is the same with other zeros at its end', async () => {
    const open = await openBackend(backend, [Weighed]);
    try {
      const weighed = open.repository(Weighed);
      await weighed.create({ id: 1, weight: '1.5' });
      await expect(weighed.create({ id: 2, weight: '1.50' })).rejects.toThrow(AlreadyExistsError);
      expect(await weighed.find({ weight: '1.500' })).toMatchObject({ id: 1 });
    } finally {
      await open.close();
    }
  });
});

describe.each(recordBackends)('A value that is taken on %s', (backend) => {
  let open: OpenBackend;
  let shelves: SqlTableRepository<Shelf>;
  beforeAll(async () => {
    open = await openBackend(backend, [Shelf]);
    shelves = open.repository(Shelf);
  });
  afterAll(() => open.close());
  beforeEach(async () => {
    await shelves.dropAll();
    await shelves.create([shelf(1), shelf(2)]);
  });

  it.each<[string, Shelf, string]>([
    ['the key', shelf(1, { code: 'x', room: 9, label: { text: 'x', language: 'x' } }), 'shelf.number'],
    ['a column with another name', shelf(3, { code: 'c1' }), 'shelf.code'],
    ['two columns together', shelf(3, { room: 1, place: 1 }), 'shelf.room+place'],
    [
      'a column of an embedded object',
      shelf(3, { label: { text: 't1', language: 'x' } }),
      'shelf.label.text',
    ],
  ])('names the field: %s', async (_, record, constraint) => {
    const create = shelves.create(record);
    await expect(create).rejects.toThrow(AlreadyExistsError);
    await expect(create).rejects.toMatchObject({ resource: 'shelf', constraint });
  });

  it('names the field in an update', async () => {
    await expect(shelves.update({ code: 'c1' }, { number: 2 })).rejects.toMatchObject({
      constraint: 'shelf.code',
    });
    await expect(
      shelves.update({ label: { text: 't1' } } as Partial<Shelf>, { number: 2 }),
    ).rejects.toMatchObject({ constraint: 'shelf.label.text' });
  });

  it('names the fields of a unique index', async () => {
    await shelves.update({ label: { language: 'l1' } } as Partial<Shelf>, { number: 2 });
    const update = shelves.update({ code: 'c1' }, { number: 2 });
    await expect(update).rejects.toThrow(AlreadyExistsError);
    await expect(update).rejects.toThrow(/shelf\.(code|label\.language\+code)/);
  });

  it('names the field that is empty', async () => {
    const create = shelves.create({ ...shelf(3), code: null } as never);
    await expect(create).rejects.toThrow(IntegrityError);
    await expect(create).rejects.toMatchObject({ resource: 'shelf', constraint: 'shelf.code' });
    const { label: _, ...unlabelled } = shelf(3);
    await expect(shelves.create(unlabelled as Shelf)).rejects.toMatchObject({
      constraint: expect.stringMatching(/^shelf\.label\.(text|language)$/),
    });
  });
});

@Entity('owner')
@Check('not_negative', '"number" >= 0')
@Unique(['region', 'number'])
class Owner {
  @PrimaryColumn('integer')
  id!: number;

  @Column('integer')
  region!: number;

  @Column('integer')
  number!: number;
}

@Entity('pet')
@Check('pet_age', '"pet_years" >= 0')
@Check('not_negative', '"id" >= 0')
class Pet {
  @PrimaryColumn('integer')
  id!: number;

  @Column('integer', { name: 'pet_years' })
  age!: number;

  @Column('integer', { name: 'owner_id', nullable: true })
  ownerId!: number | null;

  @ManyToOne(() => Owner, { onDelete: 'RESTRICT' })
  @JoinColumn({ name: 'owner_id' })
  owner?: Owner;

  @Column('integer', { name: 'region_no', nullable: true })
  region!: number | null;

  @Column('integer', { name: 'owner_no', nullable: true })
  ownerNumber!: number | null;

  @ManyToOne(() => Owner, { onDelete: 'NO ACTION' })
  @JoinColumn([
    { name: 'region_no', referencedColumnName: 'region' },
    { name: 'owner_no', referencedColumnName: 'number' },
  ])
  registered?: Owner;
}

class OwnerRepository extends SqlTableRepository<Owner> {
  protected readonly entity = Owner;
}
class PetRepository extends SqlTableRepository<Pet> {
  protected readonly entity = Pet;
}
class PetWorker extends SqlWorker.with({ owner: OwnerRepository, pet: PetRepository }) {}

const pet = (id: number, more: Partial<Pet> = {}): Pet => ({
  id,
  age: 1,
  ownerId: null,
  region: null,
  ownerNumber: null,
  ...more,
});

describe.each(databaseKinds)('A reference or check that is broken on %s', (kind) => {
  const database = useDatabase(kind, [Owner, Pet]);
  let dataSource: DataSource;
  let worker: PetWorker;
  const pets = () => new PetRepository(dataSource);
  const owners = () => new OwnerRepository(dataSource);

  beforeAll(() => {
    dataSource = database.dataSource;
    worker = new PetWorker(dataSource);
  });
  beforeEach(async () => {
    await pets().dropAll();
    await owners().dropAll();
    await owners().create([
      { id: 1, region: 1, number: 10 },
      { id: 2, region: 1, number: 20 },
    ]);
  });

  const cases: [
    string,
    (repositories: { pet: PetRepository; owner: OwnerRepository }) => Promise<unknown>,
    string,
  ][] = [
    ['a reference to nothing', ({ pet: to }) => to.create(pet(5, { ownerId: 9 })), 'pet.ownerId'],
    ['one among many', ({ pet: to }) => to.create([pet(5), pet(6, { ownerId: 9 }), pet(7)]), 'pet.ownerId'],
    [
      'a reference of two columns',
      ({ pet: to }) => to.create(pet(5, { ownerId: 1, region: 2, ownerNumber: 10 })),
      'pet.region+ownerNumber',
    ],
    ['a changed reference', ({ pet: to }) => to.update({ ownerId: 9 }, { id: 1 }), 'pet.ownerId'],
    ['a removal of what is referred to (RESTRICT)', ({ owner }) => owner.delete({ id: 1 }), 'pet.ownerId'],
    [
      'a removal of what is referred to (NO ACTION)',
      ({ owner }) => owner.drop({ number: 20 }),
      'pet.region+ownerNumber',
    ],
    ['a changed key that is referred to', ({ owner }) => owner.update({ id: 7 }, { id: 1 }), 'pet.ownerId'],
    ['a check', ({ pet: to }) => to.create(pet(5, { age: -1 })), 'pet.pet_age'],
    ['a check of a name that another table has too', ({ pet: to }) => to.create(pet(-5)), 'pet.not_negative'],
    ['a check in an update', ({ pet: to }) => to.updateAll({ age: -1 }), 'pet.pet_age'],
  ];

  it.each(cases)(
    'names resource and constraint, in a unit of work and outside: %s',
    async (_, work, constraint) => {
      await pets().create([pet(1, { ownerId: 1 }), pet(2, { region: 1, ownerNumber: 20 })]);
      for (const attempt of [
        () => work({ pet: pets(), owner: owners() }),
        () => worker.run((repositories) => work(repositories)),
      ]) {
        const refused = attempt();
        await expect(refused).rejects.toThrow(IntegrityError);
        await expect(refused).rejects.toMatchObject({ resource: 'pet', constraint });
      }
      // Nothing of the search for the name is left.
      expect(await pets().count()).toBe(2);
      expect((await owners().list()).map(({ id }) => id)).toEqual([1, 2]);
      await expect(worker.run(({ pet: to }) => to.create(pet(5, { ownerId: 9 })))).rejects.toThrow(
        IntegrityError,
      );
      expect(await pets().create(pet(8, { ownerId: 2 }))).toMatchObject({ id: 8 });
    },
  );

  it('keeps the rest of a transaction that continues after it on SQLite', async () => {
    if (kind === 'postgres') return;
    await dataSource.transaction(async (manager) => {
      await manager.insert(Pet, pet(1));
      await expect(manager.insert(Pet, pet(2, { ownerId: 9 }))).rejects.toMatchObject({
        constraint: 'pet.ownerId',
      });
      await manager.insert(Pet, pet(3));
      await expect(manager.insert(Pet, pet(4, { ownerId: 9 }))).rejects.toThrow(IntegrityError);
    });
    expect((await pets().list()).map(({ id }) => id)).toEqual([1, 3]);
  });

  it('is named at the commit when it is deferred', async () => {
    const deferred =
      kind === 'sqlite'
        ? 'DEFERRABLE INITIALLY DEFERRED'
        : 'CONSTRAINT late REFERENCES owner DEFERRABLE INITIALLY DEFERRED';
    await dataSource.query(
      kind === 'sqlite'
        ? `CREATE TABLE late (id integer PRIMARY KEY, owner_id integer REFERENCES owner ${deferred})`
        : `CREATE TABLE late (id integer PRIMARY KEY, owner_id integer ${deferred})`,
    );
    const run = worker.run((_, unit) => unit.manager.query('INSERT INTO late VALUES (1, 9)'));
    await expect(run).rejects.toMatchObject({
      resource: 'late',
      constraint: kind === 'sqlite' ? 'late.owner_id' : 'late.late',
    });
    expect(await dataSource.query('SELECT * FROM late')).toEqual([]);
    await dataSource.query('DROP TABLE late');
  });
});
