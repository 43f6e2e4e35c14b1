import { existsSync } from 'node:fs';
import type { DataSource } from 'typeorm';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { readProcessSettings } from '../config/process-settings.js';
import type { Settings } from '../config/settings.js';
import { describeDataSource } from '../database/describe-data-source.js';
import { UsageError } from './usage.error.js';

export interface CommandResult {
  readonly text: string;
  /** Printed with --json. */
  readonly data: unknown;
  /** False when it does not exist, or there was nothing to do. */
  readonly isDone: boolean;
}

/** A parsed command line. */
export interface CommandLine<Command> {
  readonly command: Command | { readonly name: 'help' };
  readonly json: boolean;
}

export interface DatabaseCommand<Command> {
  /** As in `npm run NAME`. */
  readonly name: string;
  readonly usage: string;
  /** @throws UsageError */
  read(args: readonly string[]): CommandLine<Command>;
  run(command: Command, dataSource: DataSource, settings: Settings): Promise<CommandResult>;
}

const exitCode = { nothingDone: 1, usage: 2, database: 3 };

/** Runs an operator's command on the database of the service, and sets the exit code of the process. */
export async function runDatabaseCommand<Command extends { readonly name: string }>(
  definition: DatabaseCommand<Command>,
): Promise<void> {
  try {
    await execute(definition);
  } catch (error) {
    process.exitCode = exitCode.database;
    if (error instanceof UsageError || error instanceof InvalidSettingsError)
      process.exitCode = exitCode.usage;
    console.error(explain(error, definition.name));
  }
}

async function execute<Command extends { readonly name: string }>(
  definition: DatabaseCommand<Command>,
): Promise<void> {
  const { command, json } = definition.read(process.argv.slice(2));
  if (command.name === 'help') {
    console.log(definition.usage);
    return;
  }
  const settings = readProcessSettings(console.error);
  const dataSource = await connect(settings.database);
  try {
    const { text, data, isDone } = await definition.run(command as Command, dataSource, settings);
    console.log(json ? JSON.stringify(data, null, 2) : text);
    if (!isDone) process.exitCode = exitCode.nothingDone;
  } finally {
    await dataSource.destroy();
  }
}

/** Connects and creates nothing: a missing file is more likely a wrong DATABASE_URL than an empty database. */
async function connect(database: Settings['database']): Promise<DataSource> {
  const { address } = database;
  if (address.kind === 'sqlite' && !existsSync(address.file))
    throw new Error(`There is no database ${address.file}: set DATABASE_URL, or start the service once`);
  return describeDataSource(database).initialize();
}

function explain(error: unknown, name: string): string {
  const { message } = error instanceof Error ? error : new Error(String(error));
  if (error instanceof UsageError) return `${message}. Run npm run ${name} -- --help for usage.`;
  if (error instanceof InvalidSettingsError) return message;
  if (/no such (table|column)|(relation|column) .* does not exist/.test(message))
    return `The database has no tables of this version: start the service once, or migrate it. (${message})`;
  const { cause } = error as Error;
  return `The database cannot be used: ${message}${cause instanceof Error ? ` (${cause.message})` : ''}`;
}
