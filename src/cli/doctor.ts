import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { Settings } from '../config/settings.js';
import { checkAccounts } from '../observability/doctor/accounts.check.js';
import { checkFileClock, checkServerClock } from '../observability/doctor/clock.check.js';
import { checkNewFile, nearestFolder } from '../observability/doctor/database-file.check.js';
import { checkDurability, checkSchema } from '../observability/doctor/database.checks.js';
import { exitCodeOf, exitCodes, reportOf } from '../observability/doctor/finding.js';
import type { Finding } from '../observability/doctor/finding.js';
import { checkNotificationService } from '../observability/doctor/notification.check.js';
import { checkPasswordHash } from '../observability/doctor/password.check.js';

const usage = `Examines what the service needs, and says what to do about each thing that is amiss. Changes nothing.

  npm run doctor
  npm run -s doctor -- --json    the findings as JSON

Exit code: 0 all is well, 1 warnings, 2 failures or wrong arguments.`;

try {
  const { json, help } = readArguments();
  if (help) console.log(usage);
  else await examineAndTell(json);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = exitCodes.failure;
}

function readArguments(): { readonly json: boolean; readonly help: boolean } {
  const { values } = parseArgs({
    options: {
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  return values;
}

async function examineAndTell(json: boolean): Promise<void> {
  const findings = await examine();
  console.log(json ? JSON.stringify(findings, null, 2) : reportOf(findings));
  process.exitCode = exitCodeOf(findings);
}

/** Nothing else can be looked at with settings that cannot be read. */
async function examine(): Promise<Finding[]> {
  try {
    const settings = Settings.ofThisProcess();
    return [
      { check: 'configuration', status: 'ok', found: 'every setting is valid' },
      ...(await examineDatabase(settings.database)),
      await checkNotificationService(settings.notification.url),
      await checkPasswordHash(settings.password),
    ];
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    return error.faults.map(({ name, fault, example }) => ({
      check: 'configuration',
      status: 'failure',
      found: `${name} ${fault}`,
      remedy: `For example: ${name}=${example}`,
    }));
  }
}

async function examineDatabase(database: Settings['database']): Promise<Finding[]> {
  const { address, schemaMode } = database;
  if (address.kind === 'sqlite' && !existsSync(address.file)) {
    const file = await checkNewFile(address.file);
    return file.status === 'ok' ? [file, await checkFileClock(nearestFolder(address.file))] : [file];
  }
  // Reads the settings again as it loads, so it must not load before they are known to be good.
  const { describeDataSource } = await import('../../ormconfig.js');
  const dataSource = describeDataSource(database);
  try {
    await dataSource.initialize();
    const schema = await checkSchema(dataSource, schemaMode);
    return [
      { check: 'database', status: 'ok', found: `${address.kind} answers` },
      await checkDurability(dataSource, address.kind),
      schema,
      ...(await checkAccounts(dataSource)),
      await (address.kind === 'sqlite'
        ? checkFileClock(nearestFolder(address.file))
        : checkServerClock(dataSource)),
    ];
  } catch (error) {
    const { message, code = '' } = error as Error & { code?: string };
    return [
      {
        check: 'database',
        status: 'failure',
        found: `it cannot be used: ${message || code}`,
        remedy: 'Look at DATABASE_URL, and whether the server runs and lets this user in',
      },
    ];
  } finally {
    if (dataSource.isInitialized) await dataSource.destroy();
  }
}
