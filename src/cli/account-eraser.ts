import type { DataSource } from 'typeorm';
import type { Settings } from '../config/settings.js';
import { scrubFiles } from '../database/scrub-files.js';
import type { DatabaseCountStore } from '../ddd/limit/index.js';
import { eraseMails, NotificationWorker } from '../modules/notification/index.js';
import { eraseSessions, KeySecret, mailSealOf, SessionWorker } from '../modules/session/index.js';
import { eraseAccount, guessLimit, RegisterWorker } from '../modules/user/index.js';
import type { User } from '../modules/user/index.js';
import type { CommandResult } from './database-command.js';

/** Erases accounts on behalf of an operator. */
export class AccountEraser {
  readonly #accounts: RegisterWorker;
  readonly #sessions: SessionWorker;
  readonly #mails: NotificationWorker;

  constructor(
    private readonly dataSource: DataSource,
    private readonly settings: Settings,
    private readonly counts: DatabaseCountStore,
  ) {
    this.#accounts = new RegisterWorker(dataSource);
    this.#sessions = new SessionWorker(dataSource);
    this.#mails = new NotificationWorker(dataSource);
  }

  async erase(account: User): Promise<CommandResult> {
    const { id, email } = account;
    const seal = mailSealOf(new KeySecret(this.settings));
    const erased = await this.#accounts.run(async (repositories, unit) => {
      const ended = await this.#sessions.join(unit, (joined) => eraseSessions(joined, id));
      await repositories.history.recordEnded(id, ended, 'erased', 'operator');
      await this.counts.within(unit).forget(guessLimit, email);
      const emails = await eraseAccount(repositories, account, 'operator');
      await eraseMails(this.#mails, seal, id, emails, unit);
      return emails;
    });
    await scrubFiles(this.dataSource, erased);
    return {
      text: `Erased. Its history stays under ${id}, without personal data.`,
      data: { id, erased: true },
      isDone: true,
    };
  }
}
