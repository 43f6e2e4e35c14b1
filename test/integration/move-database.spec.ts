/**
 * The move from SQLite to PostgreSQL.
 * Real: both databases, the file, the move. Fake: nothing; triggers in the target cause the errors.
 */
import { createHash, randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Entity, PrimaryColumn } from 'typeorm';
import type { DataSource } from 'typeorm';
import { readSettings } from '../../src/config/settings.js';
import { describeDataSource } from '../../src/database/describe-data-source.js';
import { createSchema } from '../../src/database/schema/create-schema.js';
import { MoveError } from '../../src/database/move/move.errors.js';
import { moveDatabase } from '../../src/database/move/move-database.js';
import type { Progress } from '../../src/database/move/move-database.js';
import { SqliteSource } from '../../src/database/move/sqlite-source.js';
import {
  DayField,
  DecimalField,
  EnumField,
  IdField,
  JsonField,
  MomentField,
  NumberField,
  UuidField,
} from '../../src/ddd/field/index.js';
import { OutboxMessage } from '../../src/ddd/outbox/index.js';
import type { TestDatabase } from '../support/databases.js';
import { useDatabase } from '../support/use-database.js';
import { awkward, contentOf, fill, withTables } from '../support/move-databases.js';

const accounts = 1_200; // more than one batch

describe('moveDatabase', () => {
  const from = useDatabase('sqlite', [], { perTest: true });
  const to = useDatabase('postgres', [], { perTest: true });
  let file: string;
  let target: DataSource;

  beforeEach(async () => {
    file = from.url.slice('sqlite:'.length);
    target = await withTables(to);
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

  it('converts addresses of an older program to their canonical form, and reports how many it could not', async () => {
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

  it('copies every row exactly, and leaves the source unchanged, with no file beside it', async () => {
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
    expect(Object.fromEntries(moved.map(({ table, rows }) => [table, rows]))).toEqual(
      Object.fromEntries(Object.entries(before).map(([table, rows]) => [table, rows.length])),
    );
    expect(new Set((before['user'] as { name: string }[]).map(({ name }) => name))).toEqual(new Set(awkward));
    expect(await digestOf(file)).toBe(digest);
    expect(await readdir(dirname(file))).toEqual([basename(file)]);
  });

  it('continues the numbering of the target after the highest moved number', async () => {
    await inSource((source) => fill(source, 3));
    await move();
    const { seq: _, ...message } = await target.manager.findOneByOrFail(OutboxMessage, { state: 'pending' });
    const { identifiers } = await target.manager.insert(OutboxMessage, { ...message, id: 'new' });
    expect(String(identifiers[0]?.['seq'])).toBe('9007199254740994');
  });

  it('moves an empty database, and numbers from 1', async () => {
    await inSource(async () => undefined);
    expect(new Set((await move()).moved.map(({ rows }) => rows))).toEqual(new Set([0]));
    expect(await inTarget(`SELECT nextval(pg_get_serial_sequence('outbox_message', 'seq')) AS next`)).toEqual(
      [{ next: '1' }],
    );
  });

  it('reports its progress by table, up to the last row', async () => {
    await inSource((source) => fill(source, 20));
    const reported: unknown[] = [];
    await move((...step) => reported.push(step));
    expect(reported).toEqual(
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

  it('refuses a target that is not empty, even with the same data', async () => {
    const before = await inSource(async (source) => {
      await fill(source, 4);
      return contentOf(source);
    });
    await move();
    await expect(move()).rejects.toThrow(/^--to is not empty: its table \w+ has rows/);
    expect(await rowsInTarget()).toEqual(Object.values(before).map(({ length }) => length));
    expect(Object.values(before).flat()).not.toEqual([]);
  });

  it('refuses a source that an idle program has open', async () => {
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
    expect(new Set(await rowsInTarget())).toEqual(new Set([0]));
  });

  it('moves nothing when the copy differs from the source', async () => {
    await inSource((source) => fill(source, 8));
    await inTarget(`
      CREATE FUNCTION spoil() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN NEW.surname := lower(NEW.surname) || 'x'; RETURN NEW; END $$;
      CREATE TRIGGER spoil BEFORE INSERT ON "user" FOR EACH ROW WHEN (NEW.email = 'user5@example.com')
        EXECUTE FUNCTION spoil()`);
    await expect(move()).rejects.toThrow(
      /^--to holds 8 rows of user, of 8 with other content. Nothing was moved/,
    );
    expect(new Set(await rowsInTarget())).toEqual(new Set([0]));
  });

  it('moves nothing when a row is lost', async () => {
    await inSource((source) => fill(source, 8));
    await inTarget(`
      CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
      CREATE TRIGGER lose BEFORE INSERT ON outbox_message FOR EACH ROW WHEN (NEW.state = 'dead')
        EXECUTE FUNCTION lose()`);
    await expect(move()).rejects.toThrow(/^--to holds 6 rows of outbox_message, of 8/);
    expect(new Set(await rowsInTarget())).toEqual(new Set([0]));
  });

  /** The lines about the rows for which a move was refused. */
  async function refusedLines(): Promise<string[]> {
    const refusal = await move().then(
      () => new Error('moved'),
      (error: Error) => error,
    );
    expect(refusal.message).toMatch(
      /^--from holds \d+ rows? that PostgreSQL cannot hold:\n( {2}.+\n)+Nothing was moved\. Correct them/,
    );
    expect(new Set(await rowsInTarget())).toEqual(new Set([0]));
    return refusal.message.split('\n').slice(1, -1);
  }
  const account = `"user" SET id = 'account-1'`;
  const one = `WHERE rowid = (SELECT min(rowid) FROM "user")`;
  const message = (change: string) =>
    `UPDATE "outbox_message" SET state = 'pending', ${change} WHERE seq = 50`;
  const tooLong = 'x'.repeat(198) + '🧑🧑🧑';

  it.each([
    [
      `UPDATE ${account}, name = 'secret' || char(0) ${one}`,
      /^ {2}user, id account-1, column name: contains a NUL/,
    ],
    [
      `UPDATE ${account}, surname = '${tooLong}' ${one}`,
      /^ {2}user, id account-1, column surname: has 201 characters, more than the 200 that fit$/,
    ],
    [
      `UPDATE ${account}, surname = printf('%-201s', 'secret') ${one}`,
      /^ {2}user, id account-1, column surname: has 201 characters/,
    ],
    [`UPDATE ${account}, active = 2 ${one}`, /^ {2}user, id account-1, column active: is neither 0 nor 1$/],
    [
      `UPDATE ${account}, active = 'true' ${one}`,
      /^ {2}user, id account-1, column active: is neither 0 nor 1$/,
    ],
    [
      `UPDATE ${account}, name = CAST(x'736563726574ff' AS TEXT) ${one}`,
      /^ {2}user, id account-1, column name: is not valid UTF-8$/,
    ],
    [
      `UPDATE ${account}, active = 2, name = char(0), surname = x'ff' ${one}`,
      /^ {2}user, id account-1, column name: .+; column surname: .+; column active: .+$/,
    ],
    [
      `UPDATE "user" SET id = 'secret' || char(10) || printf('%040d', 0) ${one}`,
      /^ {2}user, rowid 1, column id: has 47 characters/,
    ],
    [
      `UPDATE "user" SET id = 'a@b.example' || char(0) ${one}`,
      /^ {2}user, rowid 1, column id: contains a NUL/,
    ],
    [
      message(`created_at = '2026-11-26T00:00:00Z'`),
      /^ {2}outbox_message, seq 50, column created_at: is not a whole/,
    ],
    [
      message(`available_at = 1e300`),
      /^ {2}outbox_message, seq 50, column available_at: is not a whole number$/,
    ],
    [message(`attempts = 1.5`), /^ {2}outbox_message, seq 50, column attempts: is not a whole number$/],
    [
      message(`attempts = 2147483648`),
      /^ {2}outbox_message, seq 50, column attempts: is not between -2147483648 and/,
    ],
    [message(`topic = 'secret' || char(0)`), /^ {2}outbox_message, seq 50, column topic: contains a NUL/],
    [
      `INSERT INTO outbox_attempt (message_id, number, started_at, duration, outcome) VALUES ('secret', 7, 'secret', 1, 'lost')`,
      /^ {2}outbox_attempt, rowid \d+, column started_at: is not a whole number$/,
    ],
  ])('names row, column and reason, but not the value: %s', async (change, line) => {
    await inSource((source) => fill(source, 6).then(() => source.query(change)));
    const lines = await refusedLines();
    expect(lines).toEqual([expect.stringMatching(line)]);
    expect(lines.join()).not.toMatch(/secret|xxx/);
  });

  it('names the column that PostgreSQL refuses: for a duplicate, a check, a trigger', async () => {
    await inSource(async (source) => {
      await fill(source, 20);
      const [{ sql }] = await source.query<[{ sql: string }]>(
        `SELECT sql FROM sqlite_master WHERE name = 'user'`,
      );
      await source.query('ALTER TABLE "user" RENAME TO old_user');
      await source.query(sql.replace(/,\s*CONSTRAINT "[^"]+" UNIQUE \("email"\)/, ''));
      await source.query('INSERT INTO "user" SELECT * FROM old_user');
      await source.query('DROP TABLE old_user');
      await source.query(
        `UPDATE "user" SET id = 'account-' || rowid, email = 'secret@example.com' WHERE rowid IN (3, 9)`,
      );
    });
    await inTarget(`
      ALTER TABLE outbox_message ADD CONSTRAINT few CHECK (attempts < 3 OR seq <> 110);
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'secret'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON outbox_message FOR EACH ROW WHEN (NEW.seq = 150)
        EXECUTE FUNCTION refuse()`);
    expect(await refusedLines()).toEqual([
      '  outbox_message, seq 110, column seq, attempts: does not satisfy the check few',
      '  outbox_message, seq 150, is refused by PostgreSQL, SQLSTATE P0001',
      '  user, id account-9, column email: is not unique, another row has the same',
    ]);
  });

  it('lists the first 20 refused rows, and counts all of them', async () => {
    await inSource((source) =>
      fill(source, 40).then(() =>
        source.query(`UPDATE "user" SET active = 2, name = char(0) WHERE rowid > 10`),
      ),
    );
    const lines = await refusedLines();
    expect(lines).toHaveLength(21);
    expect(new Set(lines).size).toBe(21);
    expect(lines.at(-1)).toBe('  and 10 more');
  });

  it('moves a text with the replacement character, which is not a sign of damage', async () => {
    await inSource((source) =>
      fill(source, 1).then(() => source.query(`UPDATE "user" SET name = char(65533)`)),
    );
    await move();
    expect(await inTarget(`SELECT name FROM "user"`)).toEqual([{ name: '\ufffd' }]);
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

  it('refuses a column of a type that is not known to mean the same on both databases', async () => {
    await inSource(async () => undefined);
    target = await to.connect([Lasting]);
    await expect(move()).rejects.toThrow(/^--to has a column lasting.duration of the type interval/);
  });
});

async function digestOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}

@Entity('lasting')
class Lasting {
  @PrimaryColumn('interval') duration!: string;
}

@Entity('every_field')
class EveryField {
  @IdField() id!: string;
  @NumberField({ optional: true }) number!: number | null;
  @DecimalField({ precision: 12, scale: 2, optional: true }) price!: string | null;
  @DayField({ optional: true }) day!: string | null;
  @MomentField({ optional: true }) moment!: Date | null;
  @EnumField({ values: ['open', 'on-hold'], optional: true }) state!: string | null;
  @UuidField({ optional: true }) code!: string | null;
  @JsonField({ optional: true }) data!: unknown;
}

describe('moveDatabase, of an entity with a field of every type', () => {
  const from = useDatabase('sqlite', [], { perTest: true });
  const to = useDatabase('postgres', [], { perTest: true });
  const everyField = [
    { id: '1', number: null, price: null, day: null, moment: null, state: null, code: null, data: null },
    {
      id: '2',
      number: -0.1,
      price: '9999999999.99',
      day: '0001-01-01',
      moment: new Date('0001-01-01T00:00:00.001Z'),
      state: 'on-hold',
      code: randomUUID(),
      data: { b: [1.5, null, { c: '名前', a: true }], a: 1e21 },
    },
    {
      id: '3',
      number: 1e300,
      price: '-0.50',
      day: '2024-02-29',
      moment: new Date('2026-03-29T01:30:00Z'),
      state: 'open',
      code: null,
      data: [1, 'two'],
    },
  ];

  const connect = async (database: TestDatabase) => {
    const { entities } = describeDataSource(readSettings({ DATABASE_URL: database.url }).database).options;
    const dataSource = await database.connectWith({
      entities: [...(entities as []), EveryField],
      migrations: [],
    });
    await createSchema(dataSource);
    return dataSource;
  };

  async function moveEveryField(more?: string): Promise<DataSource> {
    const target = await connect(to);
    const written = await connect(from);
    await written.getRepository('EveryField').insert(everyField);
    if (more) await written.query(more);
    await written.destroy();
    const source = await SqliteSource.open(from.url.slice('sqlite:'.length));
    await moveDatabase(source, target).finally(() => source.close());
    return target;
  }

  it('keeps every value', async () => {
    const target = await moveEveryField();
    expect(await target.getRepository(EveryField).find({ order: { id: 'ASC' } })).toEqual(everyField);
  });

  it('reads moments as other programs write them into SQLite', async () => {
    const target = await moveEveryField(
      `INSERT INTO every_field (id, moment) VALUES ('4', '2026-01-31 12:00:00'), ('5', '2026-01-31T12:00:00+02:00')`,
    );
    const repository = target.getRepository(EveryField);
    expect((await repository.findOneByOrFail({ id: '4' })).moment).toEqual(new Date('2026-01-31T12:00:00Z'));
    expect((await repository.findOneByOrFail({ id: '5' })).moment).toEqual(new Date('2026-01-31T10:00:00Z'));
  });

  it.each([
    ['moment', `'yesterday'`],
    ['day', `'2026-02-30'`],
    ['price', `'much'`],
    ['price', '10000000000'],
    ['price', '0.005'],
    ['data', `'{'`],
  ])('refuses %s %s', async (column, value) => {
    const move = moveEveryField(`INSERT INTO every_field (id, ${column}) VALUES ('4', ${value})`);
    await expect(move).rejects.toThrow(MoveError);
    await expect(move).rejects.not.toThrow(/yesterday|much/);
  });
});
