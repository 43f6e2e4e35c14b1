import { SqlTableRepository } from '../../ddd/repository/index.js';
import { AccountMessage } from './account-message.entity.js';

/** A mail to an account, without its content. Moments are epoch milliseconds. */
export interface MailState {
  /** Its Idempotency-Key. */
  readonly id: string;
  readonly topic: string;
  readonly state: string;
  readonly attempts: number;
  readonly createdAt: number;
  readonly doneAt: number | null;
}

const maxShown = 10_000;

/** Which mails were recorded for which account. */
export class AccountMessageRepository extends SqlTableRepository<AccountMessage> {
  protected readonly entity = AccountMessage;

  async assign(messageId: string, accountId: string): Promise<void> {
    await this.create({ messageId, accountId, recordedAt: Date.now() });
  }

  /** The mails of an account that the outbox still knows, oldest first. The welcome has the id of its account. */
  async of(accountId: string): Promise<MailState[]> {
    const rows: (Omit<MailState, 'createdAt' | 'doneAt'> & {
      readonly createdAt: string | number;
      readonly doneAt: string | number | null;
    })[] = await this.scope.manager.sql`
      SELECT m.id AS "id", m.topic AS "topic", m.state AS "state", m.attempts AS "attempts",
        m.created_at AS "createdAt", m.done_at AS "doneAt"
      FROM outbox_message m
      WHERE m.id = ${accountId}
        OR m.id IN (SELECT a.message_id FROM account_message a WHERE a.account_id = ${accountId})
      ORDER BY m.seq LIMIT ${maxShown}`;
    return rows.map(({ createdAt, doneAt, ...row }) => ({
      ...row,
      createdAt: Number(createdAt),
      doneAt: doneAt === null ? null : Number(doneAt),
    }));
  }

  /**
   * Gives up what waits to be delivered to an account, to every consumer, and deletes what it says.
   * @returns the ids of the mails, of which one may be in flight
   */
  async discard(accountId: string): Promise<string[]> {
    const now = Date.now();
    const mails = await this.of(accountId);
    await this.scope.manager.sql`
      UPDATE outbox_message SET state = 'discarded', payload = NULL, lease_owner = NULL, lease_until = NULL,
        last_error = NULL, changed_at = ${now}, done_at = ${now}
      WHERE state IN ('pending', 'leased', 'dead') AND (id = ${accountId}
        OR id IN (SELECT a.message_id FROM account_message a WHERE a.account_id = ${accountId})
        OR id IN (SELECT c.message_id FROM outbox_copy c WHERE c.recorded_id = ${accountId}
          OR c.recorded_id IN (SELECT a.message_id FROM account_message a WHERE a.account_id = ${accountId})))`;
    await this.drop({ accountId });
    return mails.filter(({ state }) => state !== 'done' && state !== 'discarded').map(({ id }) => id);
  }

  /** Deletes a batch of those whose message is gone. @returns how many */
  async purge(before: number, batchSize: number): Promise<number> {
    const old: { readonly id: string }[] = await this.scope.manager.sql`
      SELECT message_id AS "id" FROM account_message a
      WHERE recorded_at < ${before} AND NOT EXISTS (SELECT 1 FROM outbox_message m WHERE m.id = a.message_id)
      ORDER BY recorded_at LIMIT ${batchSize}`;
    return old.length ? this.drop({ messageId: { in: old.map(({ id }) => id) } }) : 0;
  }
}
