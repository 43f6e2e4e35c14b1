/**
 * The move from SQLite to PostgreSQL.
 * Real: both databases, the file, the move. Fake: nothing; triggers in the target stand for what goes wrong in it.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { moveDatabase } from '../../src/database/move/move-database.js';
import type { Progress } from '../../src/database/move/move-database.js';
import { SqliteSource } from '../../src/database/move/sqlite-source.js';
import { OutboxMessage } from '../../src/ddd/outbox/outbox-message.entity.js';
import { createDatabase } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { awkward, contentOf, fill, withTables } from '../support/move-databases.js';

const accounts = 1_200; // more than one batch

describe('moveDatabase', () => {
  let from: TestDatabase;
  let to: TestDatabase;
  let file: string;
  let target: DataSource;

  beforeEach(async () => {
    from = await createDatabase('sqlite');
    to = await createDatabase('postgres');
    file = from.url.slice('sqlite:'.length);
    target = await withTables(to);
  });
  afterEach(async () => {
    await from.destroy();
    await to.destroy();
  });

  /** Opens the source as the service does, and closes it as a stopped service does. */
  async function inSource<Result>(work: (source: DataSource) => Promise<Result>): Promise<Result> {
    const source = await withTables(from);
    const result = await work(source);
    await source.destroy();
    return result;
  }

  async function move(progress?: Progress) {
    const source = await SqliteSource.open(file);
    try {
      return await moveDatabase(source, target, progress);
    } finally {
      await source.close();
    }
  }

  it('brings addresses of an older program to their canonical form, and says how many it could not', async () => {
    await inSource(async (source) => {
      const user = { name: 'A', surname: 'B', password: 'x', active: true };
      const emails = ['a@münchen.example', 'sam@example.com', 'ſam@example.com', '"q"@example.com'];
      await source
        .getRepository('user')
        .insert(emails.map((email, index) => ({ ...user, email, id: String(index) })));
    });

    expect(await move()).toMatchObject({ emails: { renamed: 1, left: 3 } });
    const moved = await target
      .getRepository<{ id: string; email: string }>('user')
      .find({ order: { id: 'ASC' } });
    expect(moved.map(({ email }) => email)).toEqual([
      'a@xn--mnchen-3ya.example',
      'sam@example.com',
      'ſam@example.com',
      '"q"@example.com',
    ]);
  });

  const rowsInTarget = async () => Object.values(await contentOf(target)).map(({ length }) => length);
  const inTarget = (sql: string) => target.query(sql);

  it('copies every row exactly, and leaves the source as it was, with nothing beside it', async () => {
    const before = await inSource(async (source) => {
      await fill(source, accounts);
      return contentOf(source);
    });
    const digest = await digestOf(file);

    const { moved } = await move();

    const pending = (before['outbox_message'] as Record<string, unknown>[]).map((message) =>
      message['state'] === 'leased'
        ? {
            ...message,
            state: 'pending',
            available_at: message['created_at'],
            lease_owner: null,
            lease_until: null,
          }
        : message,
    );
    expect(await contentOf(target)).toEqual({ ...before, outbox_message: pending });
    expect(moved.map(({ table, rows }) => [table, rows])).toEqual(
      Object.entries(before).map(([table, rows]) => [table, rows.length]),
    );
    expect(new Set((before['user'] as { name: string }[]).map(({ name }) => name))).toEqual(new Set(awkward));
    expect(await digestOf(file)).toBe(digest);
    expect(await readdir(dirname(file))).toEqual([basename(file)]);
  });

  it('lets the target number on after the highest number that came', async () => {
    await inSource((source) => fill(source, 3));
    await move();
    const { seq: _, ...message } = await target.manager.findOneByOrFail(OutboxMessage, { state: 'pending' });
    const { identifiers } = await target.manager.insert(OutboxMessage, { ...message, id: 'new' });
    expect(String(identifiers[0]?.['seq'])).toBe('9007199254740994');
  });

  it('moves a database without a row, and numbers from 1', async () => {
    await inSource(async () => undefined);
    expect((await move()).moved.map(({ rows }) => rows)).toEqual([0, 0, 0]);
    expect(await inTarget(`SELECT nextval(pg_get_serial_sequence('outbox_message', 'seq')) AS next`)).toEqual(
      [{ next: '1' }],
    );
  });

  it('tells its progress by table, up to the last row', async () => {
    await inSource((source) => fill(source, 20));
    const told: unknown[] = [];
    await move((...step) => told.push(step));
    expect(told).toEqual(
      expect.arrayContaining([
        ['copied', 'user', 20, 20],
        ['verified', 'user', 20, 20],
      ]),
    );
  });

  it('names the tables that this program does not have', async () => {
    await inSource((source) => source.query('CREATE TABLE notes (id integer)'));
    expect((await move()).leftBehind).toEqual(['notes']);
  });

  it('refuses a target that is not empty, even when it is the same data', async () => {
    await inSource((source) => fill(source, 4));
    await move();
    await expect(move()).rejects.toThrow(/^--to is not empty: its table \w+ has rows/);
    expect(await rowsInTarget()).toEqual([4, 6, 4]);
  });

  it('refuses a source that a program has open, though it does nothing', async () => {
    const source = await withTables(from);
    await expect(move()).rejects.toThrow(/^--from is in use: .* Stop the service/);
    await source.destroy();
    await move();
  });

  it('moves nothing when the source is written to meanwhile', async () => {
    await inSource((source) => fill(source, 4));
    const source = await SqliteSource.open(file);
    await inSource((other) => other.query(`UPDATE "user" SET active = NOT active`));
    await expect(moveDatabase(source, target)).rejects.toThrow(/^--from was written to meanwhile/);
    await source.close();
    expect(await rowsInTarget()).toEqual([0, 0, 0]);
  });

  it('moves nothing when what arrived is not what was sent', async () => {
    await inSource((source) => fill(source, 8));
    await inTarget(`
      CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.surname := lower(NEW.surname) || 'x'; RETURN NEW; END $$;
      CREATE TRIGGER spoil BEFORE INSERT ON "user" FOR EACH ROW WHEN (NEW.email = 'user5@example.com')
        EXECUTE FUNCTION spoil()`);
    await expect(move()).rejects.toThrow(
      /^--to holds 8 rows of user, of 8 with other content. Nothing was moved/,
    );
    expect(await rowsInTarget()).toEqual([0, 0, 0]);
  });

  it('moves nothing when a row is lost on the way', async () => {
    await inSource((source) => fill(source, 8));
    await inTarget(`
      CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
      CREATE TRIGGER lose BEFORE INSERT ON outbox_message FOR EACH ROW WHEN (NEW.state = 'dead')
        EXECUTE FUNCTION lose()`);
    await expect(move()).rejects.toThrow(/^--to holds 6 rows of outbox_message, of 8/);
    expect(await rowsInTarget()).toEqual([0, 0, 0]);
  });

  it('names the table when PostgreSQL cannot hold a value', async () => {
    await inSource((source) =>
      fill(source, 2).then(() => source.query(`UPDATE "user" SET name = 'a' || char(0)`)),
    );
    await expect(move()).rejects.toThrow(/^--to refused rows of the table user: .*Nothing was moved/);
    expect(await rowsInTarget()).toEqual([0, 0, 0]);
  });

  it.each([
    [
      'ALTER TABLE "user" DROP COLUMN "active"',
      /^--from has no column active in the table user: it is older/,
    ],
    [
      'ALTER TABLE "user" ADD COLUMN "nick" text',
      /^--from has a column nick in the table user .* it is newer/,
    ],
    ['DROP TABLE "user"', /^--from has no table user/],
  ])('refuses a source of another version: %s', async (change, refusal) => {
    await inSource((source) => source.query(change));
    await expect(move()).rejects.toThrow(refusal);
  });

  it('refuses a column whose type differs between the databases', async () => {
    await inSource(async () => undefined);
    const { DatedEntity } = await import('../support/dated.entity.js');
    target = await to.connect([DatedEntity]);
    await expect(move()).rejects.toThrow(/^--to has a column dated.at of the type timestamp/);
  });
});

async function digestOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
