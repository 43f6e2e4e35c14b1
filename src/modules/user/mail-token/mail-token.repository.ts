import { SqlTableRepository } from '../../../ddd/repository/index.js';
import { MailToken } from './mail-token.entity.js';
import type { MailTokenPurpose } from './mail-token.entity.js';

/** The tokens that mails carried. */
export class MailTokenRepository extends SqlTableRepository<MailToken> {
  protected readonly entity = MailToken;

  /** The one whose code counts. */
  async newest(accountId: string, purpose: MailTokenPurpose): Promise<MailToken | null> {
    const [newest] = await this.list({ accountId, purpose }, { order: { createdAt: 'desc' }, limit: 1 });
    return newest ?? null;
  }

  async forgetCodes(accountId: string, purpose: MailTokenPurpose): Promise<void> {
    await this.update({ codeHash: null }, { accountId, purpose, codeHash: { isNull: false } });
  }

  /** Uses a token up. @returns false when another request was faster */
  async use({ id }: MailToken): Promise<boolean> {
    return (await this.drop({ id })) > 0;
  }

  /** Deletes a batch of expired ones. @returns how many */
  async purge(now: number, batchSize: number): Promise<number> {
    const old = await this.list(
      { expiresAt: { lt: now } },
      { order: { expiresAt: 'asc' }, limit: batchSize },
    );
    return old.length ? this.drop({ id: { in: old.map(({ id }) => id) } }) : 0;
  }
}
