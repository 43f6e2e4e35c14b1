/**
 * Migrations and the schema bootstrap, on each database.
 * Real: the databases, the drivers, the product's entities and migrations. Fake: where a test says so, migrations and
 * entities of its own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource, MigrationInterface, QueryRunner } from 'typeorm';
import { IntegrityError } from '../../src/ddd/repository/index.js';
import { createSchema } from '../../src/database/schema/create-schema.js';
import { migrateSchema } from '../../src/database/schema/migrate-schema.js';
import { withSchemaLock } from '../../src/database/schema/schema-lock.js';
import { readSchema } from '../../src/database/schema/schema-report.js';
import {
  MigrationFailedError,
  SchemaLockedError,
  SchemaMismatchError,
} from '../../src/database/schema/schema.errors.js';
import { catalogOf } from '../support/catalog.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import { Child, Parent } from '../support/family.js';
import { Account, ledgerEntities } from '../support/ledger.js';
import { useDatabase } from '../support/use-database.js';

const texts = async (dataSource: DataSource) =>
  (await readSchema(dataSource)).differences.map(({ text }) => text);

const updatesOfTypeOrm = async (dataSource: DataSource) =>
  (await dataSource.driver.createSchemaBuilder().log()).upQueries.map(({ query }) => query);

class CreateAccount1000000000001 implements MigrationInterface {
  async up(runner: QueryRunner) {
    await runner.query(`CREATE TABLE account (id integer PRIMARY KEY NOT NULL, balance integer NOT NULL)`);
  }
  async down() {}
}

class FailHalfway1000000000002 implements MigrationInterface {
  async up(runner: QueryRunner) {
    await runner.query('CREATE TABLE half (id integer)');
    await runner.query('INSERT INTO nowhere VALUES (1)');
  }
  async down() {}
}

describe.each(databaseKinds)('the migrations on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });

  it('turn an empty database into what the entities declare, by our comparison and by that of TypeORM', async () => {
    const { ran, adopted } = await migrateSchema(await database.connectWith());
    expect(ran.length).toBeGreaterThan(0);
    expect(adopted).toEqual([]);
    const dataSource = await database.connectWith();
    expect(await texts(dataSource)).toEqual([]);
    expect(await updatesOfTypeOrm(dataSource)).toEqual([]);
  });

  it('are reported as different when one index is missing, by both comparisons', async () => {
    const migrated = await database.connectWith();
    await migrateSchema(migrated);
    await migrated.query('DROP INDEX outbox_message_due');
    const dataSource = await database.connectWith();
    expect(await texts(dataSource)).toEqual(['the index outbox_message_due on outbox_message is missing']);
    expect(await updatesOfTypeOrm(dataSource)).toEqual([expect.stringContaining('outbox_message_due')]);
  });

  it('create exactly the same tables, constraints and indexes as the schema bootstrap', async () => {
    const other = await createDatabase(kind);
    try {
      const [migrated, created] = [await database.connectWith(), await other.connectWith()];
      await migrateSchema(migrated);
      await createSchema(created);
      expect((await catalogOf(migrated)).length).toBeGreaterThan(5);
      expect(await catalogOf(created)).toEqual(await catalogOf(migrated));
    } finally {
      await other.destroy();
    }
  });

  it('can be reverted to an empty database, and run again', async () => {
    const dataSource = await database.connectWith();
    const { ran } = await migrateSchema(dataSource);
    for (let undone = 0; undone < ran.length; undone++) await dataSource.undoLastMigration();
    expect(await catalogOf(dataSource)).toEqual([]);
    expect((await migrateSchema(await database.connectWith())).ran).toEqual(ran);
  });

  it('run once', async () => {
    const dataSource = await database.connectWith();
    await migrateSchema(dataSource);
    expect(await migrateSchema(dataSource)).toEqual({ ran: [], adopted: [], completed: [] });
  });

  it('adopt what the schema bootstrap created, without running', async () => {
    const dataSource = await database.connectWith();
    await createSchema(dataSource);
    expect(await readSchema(dataSource)).toMatchObject({ pending: [], differences: [] });
    expect(await migrateSchema(dataSource)).toEqual({ ran: [], adopted: [], completed: [] });
  });

  it('adopt a complete schema without a record', async () => {
    const dataSource = await database.connectWith();
    await createSchema(dataSource);
    const { recorded } = await readSchema(dataSource);
    await dataSource.query('DROP TABLE migrations');
    expect(await migrateSchema(dataSource)).toEqual({
      ran: [],
      adopted: recorded.toReversed(),
      completed: [],
    });
  });

  it('do not adopt an unrecorded schema that differs from theirs, and name the differences', async () => {
    const dataSource = await database.connectWith();
    await dataSource.query('CREATE TABLE "user" (id varchar(36) PRIMARY KEY NOT NULL)');
    const before = await catalogOf(dataSource);
    const migration = migrateSchema(dataSource);
    await expect(migration).rejects.toThrow(SchemaMismatchError);
    await expect(migration).rejects.toThrow(/the column user\.email is missing[\s\S]*DATABASE_URL/);
    expect(await catalogOf(dataSource)).toEqual(before);
  });

  it('run once when three processes start them concurrently, while the others wait', async () => {
    const ran: string[] = [];
    class CreateSlowly1000000000001 extends CreateAccount1000000000001 {
      override async up(runner: QueryRunner) {
        ran.push('began');
        await sleep(300);
        await super.up(runner);
        ran.push('ended');
      }
    }
    const schema = { entities: [Account], migrations: [CreateSlowly1000000000001] };
    const sources = await Promise.all(Array.from({ length: 3 }, () => database.connectWith(schema)));
    const results = await Promise.all(sources.map((dataSource) => migrateSchema(dataSource)));
    expect(results.flatMap((result) => result.ran)).toEqual(['CreateSlowly1000000000001']);
    expect(ran).toEqual(['began', 'ended']);
  });

  it('that are blocked for too long by another process fail with that reason', async () => {
    const [busy, late] = [await database.connectWith(), await database.connectWith()];
    let finish = () => {};
    let taken = () => {};
    const isTaken = new Promise<void>((resolve) => (taken = resolve));
    const held = withSchemaLock(busy, () => {
      taken();
      return new Promise<void>((resolve) => (finish = resolve));
    });
    await isTaken;
    await expect(withSchemaLock(late, async () => undefined, 0)).rejects.toThrow(SchemaLockedError);
    finish();
    await held;
    expect(await withSchemaLock(late, async () => 'free')).toBe('free');
  });

  it('that fail leave nothing behind, are named, and can run again once they are fixed', async () => {
    const broken = await database.connectWith({
      entities: [Account],
      migrations: [CreateAccount1000000000001, FailHalfway1000000000002],
    });
    const migration = migrateSchema(broken);
    await expect(migration).rejects.toThrow(MigrationFailedError);
    await expect(migration).rejects.toThrow(/FailHalfway1000000000002 failed.*nowhere/);
    expect((await catalogOf(broken)).join()).not.toContain('half');
    const corrected = await database.connectWith({
      entities: [Account],
      migrations: [CreateAccount1000000000001],
    });
    await migrateSchema(corrected);
    expect(await texts(corrected)).toEqual([]);
  });
});

describe('the migrations on PostgreSQL', () => {
  it('may run without a transaction', async () => {
    class IndexAccounts1000000000002 implements MigrationInterface {
      readonly transaction = false;
      async up(runner: QueryRunner) {
        await runner.query('CREATE INDEX CONCURRENTLY account_by_balance ON account (balance)');
      }
      async down() {}
    }
    const database = await createDatabase('postgres');
    try {
      const dataSource = await database.connectWith({
        entities: [Account],
        migrations: [CreateAccount1000000000001, IndexAccounts1000000000002],
      });
      expect((await migrateSchema(dataSource)).ran).toHaveLength(2);
      expect((await catalogOf(dataSource)).join()).toContain('account_by_balance');
    } finally {
      await database.destroy();
    }
  });
});

describe.each(databaseKinds)('the schema bootstrap on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  let dataSource: DataSource;

  beforeEach(async () => {
    dataSource = await database.connectWith({ entities: ledgerEntities, migrations: [] });
  });

  it('creates what is missing and keeps what is there', async () => {
    await createSchema(dataSource);
    await dataSource.getRepository(Account).insert({ id: 1, balance: 5 });
    await dataSource.query('DROP TABLE entry');
    expect(await createSchema(dataSource)).toEqual(['the table entry is missing']);
    expect(await dataSource.getRepository(Account).count()).toBe(1);
    expect(await createSchema(dataSource)).toEqual([]);
  });

  it('refuses a table that lacks a column with the remedy, and creates nothing else', async () => {
    await dataSource.query('CREATE TABLE account (id integer PRIMARY KEY NOT NULL)');
    const creation = createSchema(dataSource);
    await expect(creation).rejects.toThrow(SchemaMismatchError);
    await expect(creation).rejects.toThrow(/the column account\.balance is missing/);
    expect((await catalogOf(dataSource)).join()).not.toContain('entry');
  });

  it('leaves to a pending migration what that migration creates', async () => {
    const history = await database.connectWith({ entities: [], migrations: [CreateAccount1000000000001] });
    await createSchema(history);
    class CreateEntry1000000000003 extends CreateAccount1000000000001 {}
    const newer = await database.connectWith({
      entities: ledgerEntities,
      migrations: [CreateAccount1000000000001, CreateEntry1000000000003],
    });
    await expect(createSchema(newer)).rejects.toThrow(
      /CreateEntry1000000000003 has not run[\s\S]*npm run migrate/,
    );
    expect(await catalogOf(newer)).toEqual([]);
  });

  it('creates tables after the ones that they reference, with the foreign keys', async () => {
    const family = await database.connectWith({ entities: [Child, Parent], migrations: [] });
    await createSchema(family);
    expect(await texts(family)).toEqual([]);
    const orphan = family.getRepository(Child).insert({ id: 1, parentId: 7 });
    await expect(orphan).rejects.toThrow(IntegrityError);
  });

  it('keeps columns and indexes of other programs', async () => {
    await createSchema(dataSource);
    await dataSource.query('ALTER TABLE account ADD COLUMN note varchar(10)');
    await dataSource.query('CREATE INDEX of_others ON account (balance)');
    const before = await catalogOf(dataSource);
    expect(await createSchema(dataSource)).toEqual([]);
    expect(await catalogOf(dataSource)).toEqual(before);
  });
});
