import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { redactPassword } from '../config/database-address.js';
import { InvalidSettingsError } from '../config/invalid-settings.error.js';
import { readProcessSettings } from '../config/process-settings.js';
import { BackupError } from '../database/backup/backup.errors.js';
import type { CopyProgress } from '../database/backup/backup-source.js';
import { ProgramHistory } from '../database/backup/program-history.js';
import { describeDataSource } from '../database/describe-data-source.js';
import { progressOn } from './progress-line.js';
import { UsageError } from './usage.error.js';

/** The arguments of a command on one file and the embedded database. */
export interface FileCommand {
  readonly file: string;
  readonly replace: boolean;
  /** The file that DATABASE_URL names. */
  readonly database: string;
  readonly history: ProgramHistory;
  readonly progress: CopyProgress;
}

export interface FileCommandText {
  readonly name: 'backup' | 'restore';
  readonly usage: string;
  /** The command of PostgreSQL's own tool to use instead. */
  onPostgres(file: string, url: string): string;
}

/** Reads the command line and the settings, runs the command, and sets the exit code: 0 done, 1 not done, 2 misused. */
export async function runFileCommand(
  text: FileCommandText,
  run: (command: FileCommand) => Promise<void>,
): Promise<void> {
  try {
    const given = readArguments(text);
    if (given) await run(await prepared(text, given));
    else console.log(text.usage);
  } catch (error) {
    const isMisused = error instanceof UsageError || error instanceof InvalidSettingsError;
    process.exitCode = isMisused ? 2 : 1;
    console.error(explained(error, text));
  }
}

interface Given {
  readonly file: string;
  readonly replace: boolean;
}

/** @returns undefined for --help */
function readArguments({ name }: FileCommandText): Given | undefined {
  const { values, positionals } = parsed(name);
  if (values['help']) return undefined;
  const [file, ...rest] = positionals;
  if (!file) throw new UsageError(`${name} needs the name of a FILE`);
  if (rest.length) throw new UsageError(`${rest.join(' ')} is an unexpected argument`);
  return { file: resolve(file), replace: values['replace'] === true };
}

function parsed(name: FileCommandText['name']) {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h' },
        ...(name === 'backup' && { replace: { type: 'boolean' as const } }),
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

async function prepared(text: FileCommandText, given: Given): Promise<FileCommand> {
  const { database } = readProcessSettings(console.error);
  const { address } = database;
  if (address.kind === 'postgres')
    throw new UsageError(
      `${text.name} is for the embedded database, but DATABASE_URL names PostgreSQL. Use its own tool:\n\n` +
        `  ${text.onPostgres(given.file, redactPassword(address.url))}\n\n` +
        'It asks for the password, or takes it from PGPASSWORD or ~/.pgpass. See docs/guide/backup.md',
    );
  const report = progressOn(process.stderr);
  return {
    ...given,
    database: address.file,
    history: new ProgramHistory(describeDataSource(database)),
    progress: (step, done, of) => report(step === 'copied' ? 'copied pages:' : 'verified rows:', done, of),
  };
}

function explained(error: unknown, { name }: FileCommandText): string {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof UsageError) return `${message}\nRun npm run ${name} -- --help for usage.`;
  if (error instanceof InvalidSettingsError || error instanceof BackupError) return message;
  return `The ${name} failed, and nothing was changed: ${message}`;
}
