import { statSync } from 'node:fs';
import { backUpDatabase } from '../database/backup/backup-database.js';
import { runFileCommand } from './file-command.js';

const usage = `Writes a verified copy of the embedded database to a file. Safe while the service runs.

  npm run backup -- FILE
  npm run backup -- FILE --replace   overwrites FILE where it exists

The database is the service's: DATABASE_URL in the environment or in .env.
Exit code: 0 done, 1 not done (the reason is printed, FILE is as it was), 2 wrong arguments or settings.`;

const onPostgres = (file: string, url: string) =>
  `pg_dump --format=custom --file='${file}' --dbname='${url}'`;

await runFileCommand({ name: 'backup', usage, onPostgres }, async ({ file, database, ...options }) => {
  const counts = await backUpDatabase(database, file, options);
  for (const [table, rows] of Object.entries(counts)) console.log(`${table}: ${rows} rows`);
  console.log(`Backed up and verified: ${file} (${statSync(file).size} bytes)`);
});
