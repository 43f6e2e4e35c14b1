/**
 * The statement limits on PostgreSQL, whatever the settings of the role.
 * Real: PostgreSQL, the driver. Fake: nothing.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { readSettings } from '../../src/config/settings.js';
import { createDataSource } from '../../src/database/data-source.js';
import { useDatabase } from '../support/use-database.js';

const limits = [
  'statement_timeout',
  'lock_timeout',
  'transaction_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
];

// Behind a pooler nothing is set on a session (ADR 32), so the role's limits hold there.
const behindPooler = 'TEST_POOLER' in process.env;

(behindPooler ? describe.skip : describe)('A role of PostgreSQL with time limits of its own', () => {
  const database = useDatabase('postgres', [], { perTest: true });
  let admin: DataSource;
  let url: string;
  let role: string;

  beforeEach(async () => {
    admin = await database.connect([]);
    role = `limited_${process.pid}_${Date.now()}`;
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'test'`);
    for (const limit of limits) await admin.query(`ALTER ROLE ${role} SET ${limit} = '150ms'`);
    url = Object.assign(new URL(database.url), { username: role, password: 'test' }).href;
  });
  afterEach(async () => {
    await admin.query(`DROP OWNED BY ${role}`);
    await admin.query(`DROP ROLE ${role}`);
  });

  const connected = async (statementTimeout: number) =>
    createDataSource(
      { ...readSettings({ DATABASE_URL: url }).database, statementTimeoutMs: statementTimeout },
      { entities: [] },
    ).initialize();

  it('does not limit statements without a timeout, such as a migration', async () => {
    const dataSource = await connected(0);
    try {
      await dataSource.query('SELECT pg_sleep(0.4)');
      await dataSource.transaction((manager) => manager.query('SELECT pg_sleep(0.4)'));
      for (const limit of limits) expect(await dataSource.query(`SHOW ${limit}`)).toEqual([{ [limit]: '0' }]);
    } finally {
      await dataSource.destroy();
    }
  });

  it('has the limit of the settings, inside and outside of transactions', async () => {
    const dataSource = await connected(4_321);
    const shown = (from: { query: DataSource['query'] }) => from.query('SHOW statement_timeout');
    try {
      expect(await shown(dataSource)).toEqual([{ statement_timeout: '4321ms' }]);
      expect(await dataSource.transaction(shown)).toEqual([{ statement_timeout: '4321ms' }]);
    } finally {
      await dataSource.destroy();
    }
  });
});
