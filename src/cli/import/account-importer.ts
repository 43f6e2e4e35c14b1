import type { DataSource } from 'typeorm';
import type { Settings } from '../../config/settings.js';
import { AlreadyExistsError } from '../../ddd/repository/index.js';
import { NotificationWorker } from '../../modules/notification/index.js';
import { importAccounts, RegisterWorker, UserRepository } from '../../modules/user/index.js';
import type { ImportedAccount } from '../../modules/user/index.js';
import { readAccount } from './account-fields.js';
import type { AccountRow } from './account-row.js';

/** In one unit of work: so few that the service does not wait for it. */
const batchSize = 250;
/** Of an e-mail that the service gave an account at the same moment. */
const maxTries = 5;

export interface ImportOptions {
  /** Whether nothing is written. */
  readonly isDryRun: boolean;
  /** Whether each new account gets the welcome. */
  readonly welcomes: boolean;
}

export interface ImportReport {
  imported: number;
  /** Had an account before, and were left as they are. */
  existing: number;
  /** Imported with a hash that is guessed fast. */
  weak: number;
  readonly refused: { readonly line: number; readonly reason: string }[];
}

/**
 * Brings accounts from another program. Each batch is one unit of work, and accounts that exist are left as they are: an
 * import that was interrupted is resumed by running it again.
 */
export class AccountImporter {
  readonly #users: UserRepository;
  readonly #accounts: RegisterWorker;
  readonly #mails: NotificationWorker;

  constructor(
    dataSource: DataSource,
    private readonly settings: Settings,
  ) {
    this.#users = new UserRepository(dataSource);
    this.#accounts = new RegisterWorker(dataSource);
    this.#mails = new NotificationWorker(dataSource);
  }

  async import(rows: AsyncIterable<AccountRow>, options: ImportOptions): Promise<ImportReport> {
    const report: ImportReport = { imported: 0, existing: 0, weak: 0, refused: [] };
    let batch: ImportedAccount[] = [];
    const store = async () => {
      const created = await this.#store(batch, options);
      report.imported += created;
      report.existing += batch.length - created;
      batch = [];
    };
    for await (const row of rows) {
      const read = readAccount(row, this.settings.password);
      if ('problem' in read) {
        report.refused.push({ line: row.line, reason: read.problem });
        continue;
      }
      if (read.hasWeakHash) report.weak++;
      batch.push(read.account);
      if (batch.length === batchSize) await store();
    }
    await store();
    return report;
  }

  /** @returns how many it created, or would create */
  async #store(batch: readonly ImportedAccount[], { isDryRun, welcomes }: ImportOptions): Promise<number> {
    if (!batch.length) return 0;
    if (isDryRun) {
      const taken = await this.#users.takenEmails(batch.map(({ email }) => email));
      return new Set(batch.map(({ email }) => email).filter((email) => !taken.has(email))).size;
    }
    for (let tries = 1; ; tries++) {
      try {
        return await this.#create(batch, welcomes);
      } catch (error) {
        if (!(error instanceof AlreadyExistsError) || tries === maxTries) throw error;
      }
    }
  }

  #create(batch: readonly ImportedAccount[], welcomes: boolean): Promise<number> {
    return this.#accounts.run(
      async (repositories, unit) => {
        const created = await importAccounts(repositories, batch);
        if (welcomes)
          await this.#mails.join(unit, async ({ welcome }) => {
            for (const account of created) await welcome.record(account);
          });
        return created.length;
      },
      { isolation: 'READ COMMITTED' },
    );
  }
}
