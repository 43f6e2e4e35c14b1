import { SqlTableRepository } from '../../../ddd/repository/index.js';
import { ProvenMailbox } from './proven-mailbox.entity.js';

/** The accounts whose mailbox is proven. */
export class ProvenMailboxRepository extends SqlTableRepository<ProvenMailbox> {
  protected readonly entity = ProvenMailbox;

  /** @returns false when it was proven before */
  async prove(accountId: string): Promise<boolean> {
    return (await this.createUnlessExists({ accountId, provenAt: Date.now() })) !== null;
  }

  /** Records what another program has found out about new accounts. */
  async proveAll(accountIds: readonly string[]): Promise<void> {
    const provenAt = Date.now();
    await this.create(accountIds.map((accountId) => ({ accountId, provenAt })));
  }
}
