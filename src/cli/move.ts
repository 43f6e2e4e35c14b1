import { parseArgs } from 'node:util';
import { parseDatabaseAddress } from '../config/database-address.js';
import type { DatabaseAddress } from '../config/database-address.js';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { readProcessSettings } from '../config/process-settings.js';
import { describeDataSource } from '../database/describe-data-source.js';
import { MoveError, MoveFlagError } from '../database/move/move.errors.js';
import type { MoveFlag } from '../database/move/move.errors.js';
import { moveDatabase } from '../database/move/move-database.js';
import { SqliteSource } from '../database/move/sqlite-source.js';
import { migrateSchema } from '../database/schema/migrate-schema.js';
import { DatabaseStartError } from '../database/database-start.error.js';
import { progressOn } from './progress-line.js';

const usage = `Copies every account and message from SQLite to PostgreSQL, and verifies what arrived.

  npm run move -- --from sqlite:PATH --to postgres://USER:PASSWORD@HOST:PORT/DATABASE

  --from  the database of a service that is stopped; it is only read
  --to    an empty database; its tables are created by the migrations. Without it, the one of DATABASE_URL

Exit code: 0 moved and verified, 1 not moved, 2 wrong arguments or settings.`;

try {
  await run();
} catch (error) {
  console.error(explained(error));
  process.exitCode = isUsage(error) || error instanceof InvalidSettingsError ? 2 : 1;
}

async function run(): Promise<void> {
  const { values } = parseArgs({
    options: { from: { type: 'string' }, to: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) return console.log(usage);
  const from = address('--from', 'sqlite', values.from);
  const settings = readProcessSettings(console.error).database;
  const isConfigured = values.to === undefined && settings.address.kind === 'postgres';
  const to = isConfigured ? settings.address : address('--to', 'postgres', values.to);
  const source = await SqliteSource.open(from.file);
  const target = describeDataSource({
    ...settings,
    address: to,
    statementTimeoutMs: 0,
  });
  try {
    await target.initialize().catch((cause: unknown) => {
      throw new MoveError(
        '--to',
        `cannot be connected to: ${cause instanceof Error ? cause.message : String(cause)}`,
      );
    });
    await migrateSchema(target);
    const progress = progressOn(process.stderr);
    const { moved, leftBehind, emails } = await moveDatabase(source, target, (step, table, rows, of) =>
      progress(`${table}: ${step}`, rows, of),
    );
    for (const { table, rows, digest } of moved) console.log(`${table}: ${rows} rows, digest ${digest}`);
    if (leftBehind.length)
      console.log(`Not moved, because this program has no such tables: ${leftBehind.join(', ')}`);
    if (emails.renamed)
      console.log(`${emails.renamed} e-mail addresses were converted to their canonical form.`);
    if (emails.left)
      console.log(
        `${emails.left} accounts have an address that needs a decision: npm run doctor lists them.`,
      );
    console.log('Moved and verified. Start the service with this DATABASE_URL.');
  } finally {
    if (target.isInitialized) await target.destroy();
    await source.close();
  }
}

function address<Kind extends DatabaseAddress['kind']>(flag: MoveFlag, kind: Kind, text: string | undefined) {
  const must =
    kind === 'sqlite' ? 'must be sqlite:PATH' : 'must be postgres://USER:PASSWORD@HOST:PORT/DATABASE';
  if (text === undefined) throw new MoveFlagError(flag, `is missing: it ${must}`);
  try {
    const parsed = parseDatabaseAddress(text);
    if (parsed.kind === kind) return parsed as Extract<DatabaseAddress, { kind: Kind }>;
  } catch {
    // Reported below by the name of the flag; the text may contain a password and is not repeated.
  }
  throw new MoveFlagError(flag, must);
}

function explained(error: unknown): unknown {
  if (error instanceof DatabaseStartError) return `--to cannot be used: ${error.message}`;
  if (error instanceof MoveError || error instanceof InvalidSettingsError) return error.message;
  return isMisused(error) ? `${(error as Error).message}\n\n${usage}` : error;
}

function isUsage(error: unknown): boolean {
  return error instanceof MoveFlagError || isMisused(error);
}

function isMisused(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS') ?? false;
}
