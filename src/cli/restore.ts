import { restoreDatabase } from '../database/backup/restore-database.js';
import { runFileCommand } from './file-command.js';

const usage = `Puts a verified copy of a backup in place of the embedded database. The service must be stopped.

  npm run restore -- FILE   FILE is only read; the database that was there is kept beside it under another name

The database is the service's: DATABASE_URL in the environment or in .env.
Exit code: 0 done, 1 not done (the reason is printed, the database is as it was), 2 wrong arguments or settings.`;

const onPostgres = (file: string, url: string) =>
  `pg_restore --clean --if-exists --no-owner --single-transaction --dbname='${url}' '${file}'`;

await runFileCommand({ name: 'restore', usage, onPostgres }, async ({ file, database, ...options }) => {
  const { counts, keptAs, pending } = await restoreDatabase(file, database, options);
  for (const [table, rows] of Object.entries(counts)) console.log(`${table}: ${rows} rows`);
  if (keptAs) console.log(`The database that was there is kept as ${keptAs}`);
  for (const name of pending) console.log(`The migration ${name} has not run on it: npm run migrate`);
  console.log(`Restored and verified: ${database}. Start the service.`);
});
