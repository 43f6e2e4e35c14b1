/**
 * What a start does about the schema, for each SCHEMA_MODE, on each database.
 * Real: the databases, the database module with its migrations. Fake: nothing.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { ConfigModule } from '../../src/config/config.module.js';
import { readSettings } from '../../src/config/settings.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { SchemaState } from '../../src/database/schema/schema-state.js';
import { migrateSchema } from '../../src/database/schema/migrate-schema.js';
import { databaseKinds } from '../support/databases.js';
import { useDatabase } from '../support/use-database.js';

describe.each(databaseKinds)('a start on %s', (kind) => {
  const database = useDatabase(kind, [], { perTest: true });
  const started: TestingModule[] = [];

  async function start(SCHEMA_MODE?: string): Promise<SchemaState> {
    const settings = readSettings({ DATABASE_URL: database.url, ...(SCHEMA_MODE && { SCHEMA_MODE }) });
    const module = await Test.createTestingModule({
      imports: [ConfigModule.with(settings), DatabaseModule],
    }).compile();
    started.push(module);
    await module.init();
    return module.get(SchemaState);
  }

  beforeEach(() => {
    Logger.overrideLogger(false);
  });
  afterEach(async () => {
    for (const module of started.splice(0)) await module.close();
  });

  it('with only the address creates its tables, and logs it', async () => {
    const state = await start();
    expect(await state.read()).toMatchObject({
      mode: kind === 'sqlite' ? 'create' : 'migrate',
      pending: [],
      differences: [],
    });
  });

  it.each([
    ['create', 'migrate'],
    ['migrate', 'create'],
  ])('with %s can follow one with %s', async (second, first) => {
    await start(first);
    const state = await start(second);
    expect(await state.read()).toMatchObject({ mode: second, pending: [], unknown: [], differences: [] });
  });

  it('with check fails on an empty database, names the tables and the migrations, and creates none', async () => {
    const failed = start('check');
    await expect(failed).rejects.toThrow(/the table user is missing/);
    await expect(failed).rejects.toThrow(/the migration InitialSchema\d+ has not run/);
    await expect(failed).rejects.toThrow(/npm run migrate/);
    const dataSource = await database.connect([]);
    expect(await dataSource.createQueryRunner().hasTable('user')).toBe(false);
  });

  it('with check succeeds where the migrations have run', async () => {
    await migrateSchema(await database.connectWith());
    expect(await (await start('check')).read()).toMatchObject({ differences: [] });
  });

  it('with check fails where they have run and something has changed since', async () => {
    const dataSource = await database.connectWith();
    await migrateSchema(dataSource);
    await dataSource.query('DROP INDEX outbox_message_due');
    await expect(start('check')).rejects.toThrow(/the index outbox_message_due on outbox_message is missing/);
  });

  it('with migrate only warns of differences that no migration would change', async () => {
    const dataSource = await database.connectWith();
    await migrateSchema(dataSource);
    await dataSource.query('DROP INDEX outbox_message_due');
    expect((await (await start('migrate')).read()).differences).toEqual([
      'the index outbox_message_due on outbox_message is missing',
    ]);
  });

  describe.each(['create', 'migrate', 'check'])(
    'with %s, of an older program on a newer database,',
    (mode) => {
      async function migrateNewer(change: string): Promise<void> {
        const dataSource = await database.connectWith();
        await migrateSchema(dataSource);
        await dataSource.query(change);
        await dataSource.query(`INSERT INTO migrations (timestamp, name) VALUES (9, 'Newer9')`);
      }

      it('goes on while the tables fit', async () => {
        await migrateNewer('ALTER TABLE session ADD COLUMN added integer');
        expect(await (await start(mode)).read()).toMatchObject({ unknown: ['Newer9'], differences: [] });
      });

      it('fails where they do not, and says which migration it does not have and what to do', async () => {
        await migrateNewer('CREATE UNIQUE INDEX newer ON session (client)');
        await expect(start(mode)).rejects.toThrow(
          /keeps \(client\) unique[^]*has run the migration Newer9[^]*Start that version again[^]*npm run restore/,
        );
      });
    },
  );
});
