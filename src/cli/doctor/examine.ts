import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { DataSource } from 'typeorm';
import { InvalidSettingsError } from '../../config/invalid-settings.error.js';
import { readProcessSettings } from '../../config/process-settings.js';
import type { Settings } from '../../config/settings.js';
import { describeDataSource } from '../../database/describe-data-source.js';
import { checkAccounts } from './accounts.check.js';
import { checkFileClock, checkServerClock } from './clock.check.js';
import { checkNewFile, nearestFolder } from './database-file.check.js';
import { checkDurability, checkSchema } from './database.checks.js';
import { checkEncoding, checkIndexes, checkMessages, checkWrites } from './database-state.checks.js';
import { checkDisk } from './disk.check.js';
import type { Finding } from './finding.js';
import { checkGuesses } from './guesses.check.js';
import { checkIdempotency } from './idempotency.check.js';
import { checkKeys } from './keys.check.js';
import { checkMailFolder, checkMailServer } from './mail.checks.js';
import { checkNotificationService } from './notification.check.js';
import { checkPasswordHash } from './password.check.js';
import { remoteServiceChecks } from './remote-service.check.js';
import { runChecks } from './run-checks.js';
import type { Check } from './run-checks.js';

/** Longer than the database checks together, each of which has its own limit. */
const databaseLimitMs = 40_000;
/** These checks read every account. */
const accountsLimitMs = 30_000;
const hashLimitMs = 60_000;

/** Nothing else can be checked with invalid settings. */
export async function examine(): Promise<Finding[]> {
  try {
    const warnings: Finding[] = [];
    const settings = readProcessSettings((found) =>
      warnings.push({ check: 'configuration', status: 'warning', found }),
    );
    return [
      { check: 'configuration', status: 'ok', found: 'every setting is valid' },
      ...warnings,
      ...(await runChecks([
        { check: 'database', run: () => examineDatabase(settings), limitMs: databaseLimitMs },
        ...notificationChecks(settings),
        ...remoteServiceChecks(settings),
      ])),
      // On its own, because it uses every core.
      ...(await runChecks([
        { check: 'password hash', run: () => checkPasswordHash(settings.password), limitMs: hashLimitMs },
      ])),
    ];
  } catch (error) {
    if (!(error instanceof InvalidSettingsError)) throw error;
    return error.errors.map(({ name, problem, example }) => ({
      check: 'configuration',
      status: 'failure',
      found: `${name} ${problem}`,
      ...(example && { remedy: `For example: ${name}=${example}` }),
    }));
  }
}

function notificationChecks({ notification, notificationService }: Settings): Check[] {
  const { url } = notification;
  const { smtpUrl, mailFolder } = notificationService;
  const folder = nearestFolder(join(resolve(mailFolder), 'mail'));
  return [
    { check: 'notification service', run: () => checkNotificationService(url) },
    ...(smtpUrl ? [{ check: 'mail' as const, run: () => checkMailServer(smtpUrl) }] : []),
    // The folder belongs to the service that runs here.
    ...(url === undefined
      ? [
          { check: 'mail' as const, run: () => checkMailFolder(mailFolder) },
          { check: 'disk' as const, run: () => checkDisk('mails', folder) },
        ]
      : []),
  ];
}

async function examineDatabase(settings: Settings): Promise<Finding[]> {
  const { address, ...limits } = settings.database;
  const ofTheFile = address.kind === 'sqlite' ? fileChecks(address.file) : [];
  if (address.kind === 'sqlite' && !existsSync(address.file))
    return [await checkNewFile(address.file), ...(await runChecks(ofTheFile))];
  const dataSource = describeDataSource({ address, ...limits });
  try {
    await dataSource.initialize();
  } catch (error) {
    return [unusable(error), ...(await runChecks(ofTheFile))];
  }
  try {
    return [
      { check: 'database', status: 'ok', found: `${address.kind} answers` },
      ...(await runChecks([
        { check: 'writes', run: () => checkWrites(dataSource) },
        { check: 'durability', run: () => checkDurability(dataSource, address.kind) },
        ...(address.kind === 'postgres' ? serverChecks(dataSource) : ofTheFile),
        { check: 'schema', run: () => checkSchema(dataSource, limits.schemaMode) },
        { check: 'accounts', run: () => checkAccounts(dataSource), limitMs: accountsLimitMs },
        { check: 'guesses', run: () => checkGuesses(dataSource, settings), limitMs: accountsLimitMs },
        { check: 'idempotency', run: () => checkIdempotency(dataSource, settings) },
        { check: 'messages', run: () => checkMessages(dataSource) },
        { check: 'keys', run: () => checkKeys(dataSource, settings) },
      ])),
    ];
  } finally {
    await dataSource.destroy().catch(() => undefined);
  }
}

const fileChecks = (file: string): Check[] => [
  { check: 'clock', run: () => checkFileClock(nearestFolder(file)) },
  { check: 'disk', run: () => checkDisk('the database', nearestFolder(file)) },
];

const serverChecks = (dataSource: DataSource): Check[] => [
  { check: 'encoding', run: () => checkEncoding(dataSource) },
  { check: 'indexes', run: () => checkIndexes(dataSource) },
  { check: 'clock', run: () => checkServerClock(dataSource) },
];

function unusable(error: unknown): Finding {
  const { message, code = '' } = error as Error & { code?: string };
  return {
    check: 'database',
    status: 'failure',
    found: `it cannot be used: ${message || code}`,
    remedy: 'Check DATABASE_URL, and that the server is running and accepts this user',
  };
}
