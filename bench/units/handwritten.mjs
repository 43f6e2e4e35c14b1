import { HandwrittenSqlite } from '../baseline/handwritten-sqlite.mjs';
import { openSchema } from './ours.mjs';
import { HandwrittenPostgres } from './handwritten-postgres.mjs';
import { idOf, newRow } from './rows.mjs';

/** The same units with the driver alone: BEGIN, prepared statements, COMMIT. */
export async function openHandwritten(address, fill) {
  await (await openSchema(address)).destroy();
  const isSqlite = address.startsWith('sqlite:');
  const database = await (isSqlite
    ? HandwrittenSqlite.open(address.slice('sqlite:'.length))
    : HandwrittenPostgres.open(address));
  const statements = isSqlite ? forSqlite : forPostgres;
  await database.write(async (unit) => {
    for (const row of fill()) await unit.run(statements.insert, ...Object.values(row).map(plain));
  });
  return {
    insert: () =>
      database.write((unit) => unit.run(statements.insert, ...Object.values(newRow()).map(plain))),
    'read and update': (at) =>
      database.write(async (unit) => {
        const { id, active } = await unit.row(statements.select, idOf(at));
        await unit.run(statements.update, plain(!active), id);
      }),
    read: (at) => database.read((unit) => unit.row(statements.select, idOf(at))),
  };

  function plain(value) {
    return isSqlite && typeof value === 'boolean' ? Number(value) : value;
  }
}

const forSqlite = {
  insert: 'INSERT INTO "user" (id, name, surname, email, password, active) VALUES (?, ?, ?, ?, ?, ?)',
  select: 'SELECT id, name, surname, email, password, active FROM "user" WHERE id = ?',
  update: 'UPDATE "user" SET active = ? WHERE id = ?',
};

const forPostgres = Object.fromEntries(
  Object.entries(forSqlite).map(([name, sql]) => {
    let place = 0;
    return [name, sql.replace(/\?/g, () => `$${++place}`)];
  }),
);
