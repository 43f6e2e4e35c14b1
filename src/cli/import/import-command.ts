import type { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings.js';
import type { CommandResult } from '../database-command.js';
import { progressOn } from '../progress-line.js';
import { table } from '../../observability/outbox/table.js';
import { AccountFile } from './account-file.js';
import { AccountImporter } from './account-importer.js';
import type { ImportOptions, ImportReport } from './account-importer.js';

/** Lines that the text shows; --json has all. */
const maxShown = 1_000;

/** `accounts import`: reads the file, shows the progress, reports what was refused. */
export class ImportCommand {
  readonly #importer: AccountImporter;

  constructor(dataSource: DataSource, settings: Settings) {
    this.#importer = new AccountImporter(dataSource, settings);
  }

  async run({ file: path, ...options }: ImportOptions & { readonly file: string }): Promise<CommandResult> {
    const file = await AccountFile.open(path);
    const progress = progressOn(process.stderr);
    const rows = file.rows((bytes) => progress('bytes read:', bytes, file.sizeBytes));
    const report = await this.#importer.import(rows, options);
    return { text: textOf(report, options), data: report, isDone: !report.refused.length };
  }
}

function textOf({ imported, existing, weak, refused }: ImportReport, { isDryRun }: ImportOptions): string {
  const lines = [
    isDryRun ? `Would import ${imported} accounts; nothing was written.` : `Imported ${imported} accounts.`,
    ...(existing ? [`Left as they are, because they have an account: ${existing}.`] : []),
    ...(weak
      ? [
          `Warning: ${weak} have a salted SHA-512, which is guessed fast, until they sign in. Delete the file, and the copies of it.`,
        ]
      : []),
  ];
  if (!refused.length) return lines.join('\n');
  const shown = refused.slice(0, maxShown);
  const more =
    refused.length > shown.length ? [`And ${refused.length - shown.length} more: --json lists them.`] : [];
  return [
    ...lines,
    `Refused: ${refused.length} lines.`,
    '',
    table(shown.map((each) => ({ ...each }))),
    ...more,
  ].join('\n');
}
