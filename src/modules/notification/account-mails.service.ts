import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { Maintenance } from '../../ddd/timing/index.js';
import type { OpenUnit } from '../../ddd/worker/index.js';
import { eraseMails } from './mail-erasure.js';
import { accountMails } from './account-mail.messages.js';
import type { AccountMailKind, MailSecrets } from './account-mail.messages.js';
import { MailLimit } from './mail-limit.service.js';
import { MailSeal } from './mail-seal.js';
import { reuseTopic, welcomeTopic } from './notification.messages.js';
import type { Recipient } from './notification.messages.js';
import { NotificationWorker } from './notification.worker.js';

type Account = Recipient & { readonly id: string };

const batchSize = 500;
const readCommitted = { isolation: 'READ COMMITTED' } as const;

/** Records mails to accounts in the unit of work of their cause. */
@Injectable()
export class AccountMails extends Maintenance {
  protected readonly subject = 'The mails of accounts';

  constructor(
    private readonly settings: Settings,
    private readonly worker: NotificationWorker,
    private readonly limit: MailLimit,
    private readonly seal: MailSeal,
  ) {
    super();
  }

  /** The message has the id of the account, so it needs no row of its own that says whose it is. */
  async recordWelcome(account: Account, unit: OpenUnit): Promise<void> {
    if (await this.countWelcome(account.email, unit))
      await this.worker.join(unit, ({ welcome }) => welcome.record(account));
  }

  /** Counts a welcome that may be a pretence. @returns whether the address may have one */
  countWelcome(email: string, unit: OpenUnit): Promise<boolean> {
    return this.limit.allows(email, welcomeTopic, unit);
  }

  async recordReuse(account: Account, unit: OpenUnit): Promise<void> {
    if (!(await this.limit.allows(account.email, reuseTopic, unit))) return;
    await this.worker.join(unit, async ({ reuse, accountMessage }) =>
      accountMessage.assign(await reuse.record({ email: account.email, name: account.name }), account.id),
    );
  }

  /** Counts a mail that a person asks for. @returns whether the address may have one more of its kind */
  count(kind: AccountMailKind, email: string, unit: OpenUnit): Promise<boolean> {
    return this.limit.allows(email, accountMails[kind].topic, unit);
  }

  /**
   * Records a mail. One that tells of a change is never counted: a person who has taken the account over must not be able to
   * use up the mails that would warn its owner.
   */
  async record(
    kind: AccountMailKind,
    account: Account,
    unit: OpenUnit,
    secrets?: MailSecrets,
  ): Promise<void> {
    const { id, email, name } = account;
    const sealed = this.seal.seal(JSON.stringify({ email, name, ...secrets }));
    await this.worker.join(unit, async (repositories) => {
      const messageId = await repositories[kind].record({ sealed });
      await repositories.accountMessage.assign(messageId, id);
    });
  }

  /** Gives up the mails that wait, and has the notification service delete those that it keeps. */
  async erase(id: string, emails: readonly string[], unit: OpenUnit): Promise<void> {
    await eraseMails(this.worker, this.seal, id, emails, unit);
  }

  /** Forgets whose mails those were that the outbox no longer knows. */
  protected async maintain(): Promise<void> {
    const before = Date.now() - this.settings.outbox.retentionMs;
    await this.worker.run(({ accountMessage }) => accountMessage.purge(before, batchSize), readCommitted);
  }
}
