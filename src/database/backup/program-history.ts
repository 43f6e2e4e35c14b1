import type { DataSource } from 'typeorm';
import type { BackupSource } from './backup-source.js';
import { BackupError } from './backup.errors.js';

type Migration = new () => { readonly name?: string };

/** The migrations of this program: what a database must record to be one of this service. */
export class ProgramHistory {
  readonly #table: string;
  readonly #names: readonly string[];

  constructor({ options }: DataSource) {
    this.#table = options.migrationsTableName ?? 'migrations';
    this.#names = Object.values(options.migrations ?? []).map((each) => {
      const { name } = new (each as Migration)();
      return name ?? (each as Migration).name;
    });
  }

  /**
   * @returns the migrations that have not run on it
   * @throws BackupError for the database of another program, or of a newer version of this one
   */
  async missingIn(source: BackupSource): Promise<string[]> {
    const recorded = await source.migrations(this.#table);
    if (!this.#names.some((name) => recorded.includes(name)))
      throw new BackupError(
        `${source.file} is not a database of this service: it records none of its migrations`,
      );
    const newer = recorded.filter((name) => !this.#names.includes(name));
    if (newer.length)
      throw new BackupError(
        `${source.file} belongs to a newer version of this service, which ran ${newer.join(', ')}: use that version`,
      );
    return this.#names.filter((name) => !recorded.includes(name));
  }
}
