import { existsSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { Settings } from '../config/settings.js';
import { createCommitSignal } from '../database/commit-signal.provider.js';
import { OutboxCommandRunner } from './outbox-command-runner.js';
import { readCommand, usage } from './outbox-arguments.js';
import { UsageError } from './usage.error.js';

const exitCode = { usage: 2, database: 3 };

try {
  await run();
} catch (error) {
  process.exitCode = exitCode.database;
  if (error instanceof UsageError || error instanceof InvalidSettingsError) process.exitCode = exitCode.usage;
  console.error(explained(error));
}

async function run(): Promise<void> {
  const { command, json } = readCommand(process.argv.slice(2));
  if (command.name === 'help') {
    console.log(usage);
    return;
  }
  const { database } = Settings.ofThisProcess();
  const dataSource = await opened(database);
  try {
    const runner = new OutboxCommandRunner(dataSource, createCommitSignal(dataSource, database));
    const { text, data, isDone } = await runner.serve(command);
    console.log(json ? JSON.stringify(data, null, 2) : text);
    if (!isDone) process.exitCode = 1;
  } finally {
    await dataSource.destroy();
  }
}

/** Connects, and creates nothing: a file that is not there is more likely a wrong DATABASE_URL than an empty outbox. */
async function opened(database: Settings['database']): Promise<DataSource> {
  const { address } = database;
  if (address.kind === 'sqlite' && !existsSync(address.file))
    throw new Error(`There is no database ${address.file}: set DATABASE_URL, or start the service once`);
  // Reads the settings again as it loads, so it must not load before they are known to be good.
  const { describeDataSource } = await import('../../ormconfig.js');
  return describeDataSource(database).initialize();
}

function explained(error: unknown): string {
  const { message } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof UsageError) return `${message}. npm run outbox -- --help tells what there is.`;
  if (error instanceof InvalidSettingsError) return message;
  if (/no such (table|column)|(relation|column) .* does not exist/.test(message))
    return `The database has no outbox of this version: start the service once, or migrate it. (${message})`;
  const { cause } = error as Error;
  return `The database cannot be used: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`;
}
