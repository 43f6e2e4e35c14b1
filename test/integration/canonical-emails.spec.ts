/**
 * The migration of stored e-mail addresses to their canonical form, on each database.
 * Real: the databases, the product's entities and migrations. Fake: nothing; the rows are as version 0.1 left them.
 */
import { describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { canonicalizeEmails } from '../../src/database/emails/canonicalize-emails.js';
import { surveyEmails } from '../../src/database/emails/survey-emails.js';
import { createSchema } from '../../src/database/schema/create-schema.js';
import { migrateWithoutAltering, migrateSchema } from '../../src/database/schema/migrate-schema.js';
import { readSchema } from '../../src/database/schema/schema-report.js';
import { User } from '../../src/modules/user/index.js';
import { databaseKinds } from '../support/databases.js';
import { Account } from '../support/ledger.js';
import { useDatabase } from '../support/use-database.js';

/** By id, what version 0.1 stored, and the expected result. */
const rows: Readonly<Record<string, readonly [string, string]>> = {
  plain: ['john@example.com', 'john@example.com'],
  umlaut: ['a@münchen.example', 'a@xn--mnchen-3ya.example'],
  fullStop: ['b@example。com', 'b@example.com'],
  sigma: ['οδος@example.gr', 'οδοσ@example.gr'],
  decomposed: ['zoe\u0308@example.com', 'zoë@example.com'],
  // One has the form already.
  sam: ['sam@example.com', 'sam@example.com'],
  samToo: ['ſam@example.com', 'ſam@example.com'],
  // Neither has it.
  straße: ['c@straße。example', 'c@straße。example'],
  straßeToo: ['c@straße.example', 'c@straße.example'],
  // Refused today.
  quoted: ['"q q"@example.com', '"q q"@example.com'],
  joined: ['jo\u200dhn@example.com', 'jo\u200dhn@example.com'],
};
const migration = 'CanonicalEmails1795721327669';

describe.each(databaseKinds)('Stored addresses on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });

  /** A database that has had every migration but this one. */
  async function old(make = migrateSchema as (dataSource: DataSource) => Promise<unknown>) {
    const { migrations } = (await database.connectWith()).options;
    const others = Object.values(migrations ?? []).filter(
      (each) => typeof each === 'function' && each.name !== migration,
    );
    const dataSource = await database.connectWith({ migrations: others });
    await make(dataSource);
    await insert(dataSource, rows);
    return dataSource;
  }

  const insert = (dataSource: DataSource, given: typeof rows) =>
    dataSource.getRepository(User).insert(
      Object.entries(given).map(([id, [email]]) => ({
        ...{ id, email, name: 'A', surname: 'B', password: 'x', active: true },
      })),
    );

  const stored = async (dataSource: DataSource) =>
    Object.fromEntries((await dataSource.getRepository(User).find()).map(({ id, email }) => [id, email]));

  const wanted = Object.fromEntries(Object.entries(rows).map(([id, [, email]]) => [id, email]));

  it('are converted by the migration where no two accounts would merge; the others stay', async () => {
    await old();
    const dataSource = await database.connectWith();
    expect((await migrateSchema(dataSource)).ran).toEqual([migration]);
    expect(await stored(dataSource)).toEqual(wanted);
  });

  it('are also converted with SCHEMA_MODE=create, once', async () => {
    await old(createSchema);
    const dataSource = await database.connectWith();
    expect(await createSchema(dataSource)).toEqual([]);
    expect((await migrateWithoutAltering(dataSource)).ran).toEqual([migration]);
    expect(await stored(dataSource)).toEqual(wanted);
    expect((await migrateWithoutAltering(dataSource)).ran).toEqual([]);
    expect(await readSchema(dataSource)).toMatchObject({ pending: [], differences: [] });
  });

  it('do not prevent SCHEMA_MODE=create from creating a missing table', async () => {
    await old(createSchema);
    const plain = (await database.connectWith()).options;
    const dataSource = await database.connectWith({
      entities: [...Object.values(plain.entities ?? []), Account],
    });
    expect(await createSchema(dataSource)).toEqual(['the table account is missing']);
    expect((await migrateWithoutAltering(dataSource)).ran).toEqual([migration]);
  });

  it.each([
    ['migrate', migrateSchema],
    ['create', createSchema],
  ])('are converted by %s where the migrations were not recorded', async (_, bring) => {
    const before = await old();
    await before.query('DROP TABLE migrations');
    const dataSource = await database.connectWith();
    await bring(dataSource);
    expect(await stored(dataSource)).toEqual(wanted);
    expect((await readSchema(dataSource)).pending).toEqual([]);
  });

  it('that are left are found, each with the accounts that prevent its conversion', async () => {
    await old();
    const dataSource = await database.connectWith();
    await migrateSchema(dataSource);
    const { renamable, shared, refused } = await surveyEmails(dataSource.manager);
    expect(renamable).toEqual([]);
    expect(shared).toEqual([
      ['sam', 'samToo'],
      ['straße', 'straßeToo'],
    ]);
    expect([...refused].sort()).toEqual(['joined', 'quoted']);
  });

  it('are converted once the conflict is removed', async () => {
    await old();
    const dataSource = await database.connectWith();
    await migrateSchema(dataSource);
    await dataSource.getRepository(User).delete(['sam', 'straße', 'quoted']);
    expect(await dataSource.transaction(canonicalizeEmails)).toEqual({ renamed: 2, left: 1 });
    expect(await stored(dataSource)).toMatchObject({ samToo: 'sam@example.com', joined: rows['joined']![1] });
  });

  it('are read to the last of 12,000 accounts', async () => {
    const dataSource = await old();
    const many = Object.fromEntries(
      Array.from({ length: 12_000 }, (_, index) => [`id-${index}`, [`u${index}@ex.com`, ''] as const]),
    );
    for (let from = 0; from < 12_000; from += 1_000)
      await insert(dataSource, Object.fromEntries(Object.entries(many).slice(from, from + 1_000)));
    await insert(dataSource, { zzz: ['ſ@example.com', ''] });
    const { renamable } = await surveyEmails(dataSource.manager);
    expect(renamable.map(({ id }) => id)).toContain('zzz');
    expect(renamable).toHaveLength(5);
  });
});
