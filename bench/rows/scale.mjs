import { join } from 'node:path';
import { addMessages, withDatabase } from '../lab/outbox-table.mjs';
import { ratios } from '../lab/statistics.mjs';

const sizes = { '100,000 rows': 100_000, '1,000,000 rows': 1_000_000 };
const small = '100,000 rows';
const large = '1,000,000 rows';

/** The cost of ten times the rows: a sign-in, a claim from the outbox, and a page of a list. */
export async function measure(lab) {
  const folders = Object.fromEntries(Object.keys(sizes).map((size) => [size, lab.newFolder()]));
  const signIn = await signIns(lab, folders);
  const tables = {};
  for (const [size, folder] of Object.entries(folders)) tables[size] = await openTables(lab, folder, size);
  const ask = (what) => lab.interleaved(Object.keys(sizes), (size) => tables[size].call({ call: what }));
  return [
    figure('sign-in, p50', signIn),
    figure('claim of 20 messages, p50', await ask('claim')),
    figure('page of 50 accounts, p50', await ask('page')),
  ];
}

async function signIns(lab, folders) {
  const programs = {};
  for (const [size, folder] of Object.entries(folders)) {
    await fill(lab, folder, sizes[size]);
    programs[size] = await lab.serve('ours', { folder });
    await lab.load([lab.signIns(programs[size], { about: accountsOf(size) })], { seconds: 1 });
  }
  const results = await lab.interleaved(Object.keys(sizes), async (size) => {
    const { streams } = await lab.load([lab.signIns(programs[size], { about: accountsOf(size) })]);
    return streams['sign in'].responses[200].p50;
  });
  await lab.stop(...Object.values(programs));
  return results;
}

const accountsOf = (size) => ({ prefix: 'many', accounts: sizes[size] });

/** Fills the outbox, with half of the messages delivered, without a courier, and opens the tables. */
async function openTables(lab, folder, size) {
  const rows = sizes[size];
  const file = join(folder, 'data/accounts.db');
  await withDatabase(file, async (database) => {
    await addMessages(database, { due: rows / 2, done: rows / 2 });
    await database.execute('ANALYZE; PRAGMA wal_checkpoint(TRUNCATE)');
  });
  const tables = await lab.open({
    name: `the tables of ${size}`,
    file: join(import.meta.dirname, '../units/tables.mjs'),
    variables: { DATABASE: `sqlite:${file}` },
  });
  await tables.call({ call: 'claim' });
  await tables.call({ call: 'page' });
  return tables;
}

function figure(name, values) {
  const compared = { what: 'large to small', unit: 'x small', values: ratios(values[large], values[small]) };
  return { name, unit: 'ms', values, compared, goal: { most: 1.3 } };
}

/** Puts so many accounts into a new database, all with one password. */
async function fill(lab, folder, rows) {
  const program = await lab.serve('ours', { folder });
  await lab.makeAccounts(program, { prefix: 'pattern', count: 1 });
  await lab.stop(program);
  await withDatabase(join(folder, 'data/accounts.db'), (database) =>
    database.execute(`
      WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < ${rows - 1})
      INSERT INTO user (id, name, surname, email, password, active)
      SELECT lower(hex(randomblob(16))), name, surname, 'many' || n || '@example.com', password, 1
      FROM number, (SELECT name, surname, password FROM user LIMIT 1)`),
  );
}
