/**
 * Fields that a record leaves out are treated the same on every backend: no record, value or position in a list is lost.
 * Real: the databases and their drivers, the database in memory. Fake: the entities.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Column, Entity, PrimaryColumn, PrimaryGeneratedColumn } from 'typeorm';
import type { DataSource } from 'typeorm';
import { IntegrityError, InvalidCursorError } from '../../src/ddd/repository/index.js';
import { openBackend, recordBackends } from '../support/record-backends.js';
import type { OpenBackend } from '../support/record-backends.js';

@Entity('draft')
class Draft {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column('varchar', { default: "it's empty" })
  text!: string;
}

@Entity('ticked')
class Ticked {
  @PrimaryGeneratedColumn('uuid')
  id!: string;
}

@Entity('numbered_by_hand')
class NumberedManually {
  @PrimaryColumn('integer')
  id!: number;

  @Column('varchar', { nullable: true })
  text!: string | null;
}

/** Defaults that are written differently from the stored values. */
@Entity('opening')
class Opening {
  @PrimaryColumn('bigint')
  id!: string;

  @Column('time', { default: '08:00' })
  from!: string;

  @Column('uuid', { default: 'D73D4A62-DFE9-4907-91F4-F6B06F33C534' })
  room!: string;

  @Column('timestamptz', { default: '2026-01-31T12:00:00Z' })
  since!: Date;

  @Column('varchar', {
    nullable: true,
    transformer: { to: (given: string) => given || null, from: (kept: string | null) => kept ?? '' },
  })
  note!: string;
}

describe.each(recordBackends)('What a record leaves out on %s', (kind) => {
  let open: OpenBackend;
  beforeAll(async () => {
    open = await openBackend(kind, [Draft, Ticked, NumberedManually, Opening]);
  });
  afterAll(() => open.close());

  it.each([[Draft], [Ticked]])('creates a record for each empty one: %p', async (entity) => {
    const records = open.repository<{ id: unknown }>(entity);
    const created = await records.create([{}, {}, {}] as { id: unknown }[]);
    expect(new Set(created.map(({ id }) => id)).size).toBe(3);
    expect(await records.count()).toBe(3);
    expect(await records.create({} as never)).toEqual({ ...created[0], id: expect.anything() });
  });

  it('is refused where it is a key without a default', async () => {
    const records = open.repository(NumberedManually);
    for (const record of [{ text: 'a' }, { id: undefined }, { id: null }] as never[])
      for (const create of [records.create(record), records.create([{ id: 1, text: null }, record])]) {
        await expect(create).rejects.toThrow(IntegrityError);
        await expect(create).rejects.toMatchObject({ constraint: 'numbered_by_hand.id' });
      }
    await expect(open.repository(Draft).create({ id: null } as never)).rejects.toMatchObject({
      constraint: 'draft.id',
    });
    expect(await records.count()).toBe(0);
  });

  it('is stored as if it had been given, and found', async () => {
    const openings = open.repository(Opening);
    const created = await openings.create({ id: '1' } as Opening);
    expect(created).toMatchObject({ from: '08:00:00', room: 'd73d4a62-dfe9-4907-91f4-f6b06f33c534' });
    await openings.create({ ...created, id: '2' });
    // As a migration fills a new column in.
    if (kind !== 'memory')
      await (open.scope as unknown as DataSource).query(`INSERT INTO opening (id) VALUES ('3')`);
    else await openings.create({ id: '3' } as Opening);
    for (const field of ['from', 'room', 'since', 'note'] as const) {
      const value = created[field];
      expect([field, await openings.count({ [field]: value })]).toEqual([field, 3]);
      expect([field, await openings.count({ [field]: { in: [value] } })]).toEqual([field, 3]);
    }
    expect((await openings.list({}, { order: { since: 'asc' } })).map(({ id }) => id)).toEqual([
      '1',
      '2',
      '3',
    ]);
  });

  it.each(['1.0', '1e0', '+1', '0x1', ' 1'])('is not a cursor of whole numbers: %p', async (place) => {
    const after = Buffer.from(JSON.stringify(['id asc', place])).toString('base64url');
    await expect(open.repository(Opening).listAfter({}, { after })).rejects.toThrow(InvalidCursorError);
  });
});
