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

/** Records mails to accounts in the unit of work of their cause, unless an address has had enough of their kind. */
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

  /** Records a mail that tells the account what has happened. */
  async recordNotice(
    kind: AccountMailKind,
    account: Account,
    unit: OpenUnit,
    secrets?: MailSecrets,
  ): Promise<void> {
    if (await this.limit.allows(account.email, accountMails[kind].topic, unit))
      await this.recordSecret(kind, account, secrets, unit);
  }

  /** Records a mail that was requested, and counted, before. */
  async recordSecret(
    kind: AccountMailKind,
    account: Account,
    secrets: MailSecrets | undefined,
    unit: OpenUnit,
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
