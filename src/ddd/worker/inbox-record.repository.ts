import { SqlTableRepository } from '../repository/index.js';
import { InboxRecord } from './inbox-record.entity.js';

/** The keys for which work was done. */
export class InboxRecordRepository extends SqlTableRepository<InboxRecord> {
  protected readonly entity = InboxRecord;

  /** @returns whether the key is new */
  async record(key: string, expiresAt: number): Promise<boolean> {
    return (await this.createUnlessExists({ key, expiresAt })) !== null;
  }

  /** Deletes some of the expired records. @returns how many */
  async purge(now: number, limit: number): Promise<number> {
    const expired = await this.list({ expiresAt: { lt: now } }, { order: { expiresAt: 'asc' }, limit });
    return (
      expired.length && this.drop({ key: { in: expired.map(({ key }) => key) }, expiresAt: { lt: now } })
    );
  }
}
