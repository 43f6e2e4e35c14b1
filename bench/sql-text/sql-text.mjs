/**
 * Our own SQL text beside Kysely's, on SQLite through our driver (docs/adr/0036): `node bench/sql-text/sql-text.mjs
 * FOLDER`, where FOLDER has Kysely installed (`npm install --prefix FOLDER kysely@0.28`) and the product is built.
 */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { built } from '../lab/built.mjs';
import { openSchema } from '../units/ours.mjs';
import { newRow } from '../units/rows.mjs';

const load = createRequire(pathToFileURL(join(resolve(process.argv[2]), 'package.json')));
const { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } = load('kysely');
const { UserRepository, RegisterWorker } = await import(built('src/modules/user/index.js'));

const rounds = 9;
const unitsPerRound = 20;
const rowsPerUnit = 50;
const textsPerRound = 20_000;

const folder = await mkdtemp(join(tmpdir(), 'sql-text-'));
const dataSource = await openSchema(`sqlite:${join(folder, 'text.db')}`);
const worker = new RegisterWorker(dataSource);
/** Compiles only: statements run through the query runner of a unit, as a repository's do. */
const kysely = new Kysely({
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  },
});

const columns = ['id', 'name', 'surname', 'email', 'password', 'active'];
const bound = (row) => ({ ...row, active: Number(row.active) });
const builder = {
  insert: (row) => kysely.insertInto('user').values(bound(row)).returning(columns).compile(),
  select: (id) => kysely.selectFrom('user').select(columns).where('id', '=', id).limit(2).compile(),
  update: (id) => kysely.updateTable('user').set({ active: 1 }).where('id', '=', id).compile(),
};
const ask = async (manager, { sql, parameters }) =>
  (await manager.queryRunner.query(sql, [...parameters], true)).records;

const subjects = {
  ours: (user) => ({
    insert: (row) => user.create(row),
    read: (id) => user.find({ id }),
    update: (id) => user.update({ active: true }, { id }),
  }),
  kysely: (_, { manager }) => ({
    insert: (row) => ask(manager, builder.insert(row)),
    read: (id) => ask(manager, builder.select(id)),
    update: (id) => ask(manager, builder.update(id)),
  }),
};

/** Text and parameters alone: a manager whose query runner responds immediately. */
const response = { records: [bound(newRow())], affected: 1 };
const silent = new UserRepository({ manager: { dataSource, queryRunner: { query: async () => response } } });
const texts = {
  ours: { insert: (row) => silent.create(row), read: (id) => silent.find({ id }) },
  kysely: { insert: async (row) => builder.insert(row), read: async (id) => builder.select(id) },
};

try {
  const figures = {};
  for (let round = 0; round < rounds; round++)
    for (const name of round % 2 ? ['kysely', 'ours'] : ['ours', 'kysely']) {
      for (const verb of ['insert', 'read']) {
        const row = newRow();
        const perText = await timed(textsPerRound, () => texts[name][verb](verb === 'insert' ? row : row.id));
        note(`${verb}: µs a text`, name, perText * 1_000);
      }
      const ids = [];
      for (const verb of ['insert', 'read', 'update']) {
        const perUnit = await timed(unitsPerRound, (turn) =>
          worker.run(async ({ user }, unit) => {
            const verbs = subjects[name](user, unit);
            for (let at = 0; at < rowsPerUnit; at++) {
              const row = { ...newRow(), id: randomUUID() };
              if (verb === 'insert') ids.push(row.id);
              await verbs[verb](verb === 'insert' ? row : ids[turn * rowsPerUnit + at]);
            }
          }),
        );
        note(`${verb}: rows a second`, name, (rowsPerUnit * 1_000) / perUnit);
      }
    }
  console.table(
    Object.fromEntries(
      Object.entries(figures).map(([what, by]) => [
        what,
        Object.fromEntries(
          Object.entries(by).map(([name, values]) => [name, Number(median(values).toFixed(1))]),
        ),
      ]),
    ),
  );

  function note(what, name, value) {
    ((figures[what] ??= {})[name] ??= []).push(value);
  }
} finally {
  await dataSource.destroy();
  await rm(folder, { recursive: true });
}

/** Milliseconds each. */
async function timed(times, work) {
  const began = performance.now();
  for (let turn = 0; turn < times; turn++) await work(turn);
  return (performance.now() - began) / times;
}

function median(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}
