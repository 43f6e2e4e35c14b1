/**
 * A migration that rebuilds a table on SQLite, where others refer to it.
 * Real: SQLite, the driver. Fake: the entities and their migrations.
 */
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { createSchema } from '../../src/database/schema/create-schema.js';
import { migrateSchema } from '../../src/database/schema/migrate-schema.js';
import { DanglingReferencesError } from '../../src/database/schema/schema.errors.js';
import { Child, Parent } from '../support/family.js';
import { useDatabase } from '../support/use-database.js';

/** As TypeORM writes it for a changed column. */
const rebuild = [
  'CREATE TABLE "temporary_parent" ("id" integer PRIMARY KEY NOT NULL, "name" varchar(20))',
  'INSERT INTO "temporary_parent" ("id") SELECT "id" FROM "parent"',
  'DROP TABLE "parent"',
  'ALTER TABLE "temporary_parent" RENAME TO "parent"',
];

class Created1000000000001 implements MigrationInterface {
  async up() {}
  async down() {}
}

class Rebuilt1000000000002 implements MigrationInterface {
  async up(runner: QueryRunner) {
    for (const statement of rebuild) await runner.query(statement);
  }
  async down() {}
}

class Emptied1000000000002 implements MigrationInterface {
  async up(runner: QueryRunner) {
    await runner.query('DELETE FROM parent');
  }
  async down() {}
}

describe('a rebuild of a table on SQLite', () => {
  const database = useDatabase('sqlite', [], { perTest: true });
  let dataSource: DataSource;

  const connect = (...migrations: (new () => MigrationInterface)[]) =>
    database.connectWith({ entities: [Parent, Child], migrations });

  beforeEach(async () => {
    dataSource = await connect(Created1000000000001);
    await createSchema(dataSource);
    await dataSource.getRepository(Parent).insert({ id: 1 });
    await dataSource.getRepository(Child).insert([
      { id: 1, parentId: 1 },
      { id: 2, parentId: 1 },
    ]);
  });

  const children = (by = dataSource) => by.getRepository(Child).count();

  it('in an ordinary transaction deletes the rows of its children, so keeping them means something', async () => {
    await dataSource.transaction(async (manager) => {
      for (const statement of rebuild) await manager.query(statement);
    });
    expect(await children()).toBe(0);
  });

  it('in a migration keeps them, and foreign keys are enforced again afterwards', async () => {
    const newer = await connect(Created1000000000001, Rebuilt1000000000002);
    expect((await migrateSchema(newer)).ran).toEqual(['Rebuilt1000000000002']);
    expect(await children(newer)).toBe(2);
    await newer.getRepository(Parent).delete({ id: 1 });
    expect(await children(newer)).toBe(0);
  });

  it('that would leave dangling references is refused and undone', async () => {
    const newer = await connect(Created1000000000001, Emptied1000000000002);
    const migration = migrateSchema(newer);
    await expect(migration).rejects.toThrow(DanglingReferencesError);
    await expect(migration).rejects.toThrow(/child to parent/);
    expect(await newer.getRepository(Parent).count()).toBe(1);
    await newer.getRepository(Parent).delete({ id: 1 });
    expect(await children(newer)).toBe(0);
  });
});
