// Real: SQLite connections on one file, one of them standing for another process. Nothing is fake.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SqliteConnection } from '../../src/database/sqlite/sqlite-connection.js';

let folder: string;
let connection: SqliteConnection;
let other: SqliteConnection;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-busy-'));
  connection = await SqliteConnection.open(join(folder, 'test.db'), 'read-write');
  other = await SqliteConnection.open(join(folder, 'test.db'), 'read-write');
  await connection.write('CREATE TABLE ledger (amount integer)');
  await connection.write('INSERT INTO ledger VALUES (1)');
});

afterEach(async () => {
  await connection.close();
  await other.close();
  await rm(folder, { recursive: true });
});

const statements = {
  write: () => connection.write('UPDATE ledger SET amount = amount + 1'),
  rows: () => connection.rows('UPDATE ledger SET amount = amount + 1 RETURNING amount'),
};

describe.each(Object.entries(statements))('A SQLite connection, %s', (_name, update) => {
  // SQLite leaves a statement that failed on a lock open, and no transaction can commit meanwhile.
  it('commits the next transaction after a statement that failed on a lock', async () => {
    await other.write('BEGIN EXCLUSIVE');
    await expect(update()).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    await other.write('ROLLBACK');

    await connection.write('BEGIN IMMEDIATE');
    await connection.write('INSERT INTO ledger VALUES (2)');
    await connection.write('COMMIT');

    expect(await other.rows('SELECT amount FROM ledger')).toEqual([{ amount: 1 }, { amount: 2 }]);
  });
});
