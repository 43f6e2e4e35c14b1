import { built } from '../lab/built.mjs';
import { idOf, newRow } from './rows.mjs';

const { createDataSource } = await import(built('src/database/data-source.js'));
const { readSettings } = await import(built('src/config/settings.js'));
const { RegisterWorker, User } = await import(built('src/modules/user/index.js'));

/** The product's own worker, repository and data source. */
export async function openOurs(address, fill) {
  const dataSource = await openSchema(address);
  const worker = new RegisterWorker(dataSource);
  await worker.run(({ user }) => inSequence(fill(), (row) => user.create(row)), { timeoutMs: 60_000 });
  return {
    insert: () => worker.run(({ user }) => user.create(newRow())),
    'read and update': (at) =>
      worker.run(async ({ user }) => {
        const { id, active } = await user.retrieve({ id: idOf(at) });
        await user.update({ active: !active }, { id });
      }),
    read: (at) => worker.run(({ user }) => user.retrieve({ id: idOf(at) }), { readOnly: true }),
  };
}

/** A data source with the product's table of accounts. */
export async function openSchema(address) {
  const { database } = readSettings({ DATABASE_URL: address });
  const dataSource = await createDataSource(database, { entities: [User] }).initialize();
  await dataSource.synchronize();
  return dataSource;
}

async function inSequence(rows, work) {
  for (const row of rows) await work(row);
}
