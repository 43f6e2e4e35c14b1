import { parseArgs } from 'node:util';
import type { DataSource } from 'typeorm';
import { parsePostgresUrl, postgresUrls } from '../config/database-address.js';
import { readProcessSettings } from '../config/process-settings.js';
import type { Settings } from '../config/settings.js';
import { describeDataSource } from '../database/describe-data-source.js';
import { canonicalizeEmails } from '../database/emails/canonicalize-emails.js';
import { openDataSource } from '../database/open-data-source.js';
import { migrateSchema } from '../database/schema/migrate-schema.js';
import { goingBack, newerProgram, remedyFor } from '../database/schema/schema.errors.js';
import { readSchema } from '../database/schema/schema-report.js';

const usage = `Brings the database that DATABASE_URL names up to date.

  npm run migrate             runs the pending migrations, and converts e-mail addresses to their canonical form that could
                              not be converted before, once no other account is in their way
  npm run migrate -- --check  changes nothing; lists the migrations, and how the database differs from what is needed

Exit code: 0 the database fits this program, 1 it does not, 2 the check or the migration failed.`;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function main(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      check: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) {
    console.log(usage);
    return 0;
  }
  const { database } = readProcessSettings(console.error);
  const dataSource = describeDataSource({ ...database, statementTimeoutMs: 0 });
  console.log(`Database: ${nameOf(database.address)}`);
  await openDataSource(dataSource);
  try {
    if (!values.check) {
      const { ran, adopted, completed } = await migrateSchema(dataSource);
      for (const name of ran) console.log(`migrated  ${name}`);
      for (const name of adopted) console.log(`recorded  ${name} (its outcome was already there)`);
      for (const name of completed)
        console.log(`completed ${name} (a part of its outcome was already there)`);
      await renameFreed(dataSource);
    }
    return await report(dataSource, values.check);
  } finally {
    await dataSource.destroy();
  }
}

/** An operator may have removed the conflict since the migration ran (see the accounts check of doctor). */
async function renameFreed(dataSource: DataSource): Promise<void> {
  const { renamed } = await dataSource.transaction(canonicalizeEmails);
  if (renamed) console.log(`renamed   ${renamed} e-mail addresses to their canonical form`);
}

async function report(dataSource: DataSource, isCheck: boolean): Promise<number> {
  const schema = await readSchema(dataSource);
  const { recorded, pending, unknown, differences } = schema;
  if (isCheck) for (const name of recorded) console.log(`has run   ${name}`);
  for (const name of pending) console.log(`pending   ${name}`);
  for (const { text } of differences) console.log(`differs   ${text}`);
  const fits = pending.length === 0 && differences.length === 0;
  console.log(fits ? 'The database fits this program.' : 'The database does not fit this program.');
  if (differences.length && !isCheck) console.log(remedyFor(schema));
  else if (unknown.length)
    console.log(`${newerProgram(unknown)}. ${fits ? 'The database fits nevertheless' : goingBack}`);
  return fits ? 0 : 1;
}

/** Without the user and the password. */
function nameOf(address: Settings['database']['address']): string {
  if (address.kind === 'sqlite') return `SQLite ${address.file}`;
  const urls = postgresUrls(address.url).map(parsePostgresUrl);
  const hosts = urls.map((url) => url?.searchParams.get('host') ?? url?.host);
  return `PostgreSQL ${urls[0]?.pathname.slice(1)} at ${hosts.join(' or ')}`;
}
