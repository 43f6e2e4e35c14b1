import { SqlTableRepository } from '../../../ddd/repository/index.js';
import { AccountEvent } from './account-event.entity.js';
import type { AccountEventKind, Actor } from './account-event.entity.js';

interface EventDetails {
  /** By default the person. */
  readonly actor?: Actor;
  readonly detail?: string;
  readonly count?: number;
}

/** The history of accounts. Each event is recorded in the unit of work of the change. */
export class AccountEventRepository extends SqlTableRepository<AccountEvent> {
  protected readonly entity = AccountEvent;

  async record(accountId: string, kind: AccountEventKind, details: EventDetails = {}): Promise<void> {
    await this.create(eventOf(accountId, kind, details));
  }

  /** Records that an operator brought accounts from elsewhere, and what state they were in. */
  async recordImported(
    accounts: readonly { readonly id: string; readonly active: boolean; readonly verified: boolean }[],
  ): Promise<void> {
    const events = accounts.map(({ id, active, verified }) => {
      const detail = ['imported', ...(active ? ['active'] : []), ...(verified ? ['verified'] : [])].join(
        ', ',
      );
      return eventOf(id, 'created', { actor: 'operator', detail });
    });
    await this.create(events);
  }

  /** Records what a person did by their password, after the wrong guesses that came before it; in one statement. */
  async recordProven(accountId: string, kind: AccountEventKind, refusedGuesses: number): Promise<void> {
    const proven = eventOf(accountId, kind);
    const guesses = eventOf(accountId, 'guesses-refused', { actor: 'program', count: refusedGuesses });
    await this.create(refusedGuesses ? [guesses, proven] : [proven]);
  }

  /** Records that sessions ended, if there were any. */
  async recordEnded(
    accountId: string,
    count: number,
    detail: string,
    actor: Actor = 'person',
  ): Promise<void> {
    if (count) await this.record(accountId, 'sessions-ended', { actor, detail, count });
  }

  /** Oldest first. */
  of(accountId: string): Promise<AccountEvent[]> {
    return this.list({ accountId }, { order: { seq: 'asc' }, limit: maxShown });
  }

  /** Deletes a batch of what is older. @returns how many */
  async purge(before: number, batchSize: number): Promise<number> {
    const old = await this.list({ at: { lt: before } }, { order: { at: 'asc' }, limit: batchSize });
    if (!old.length) return 0;
    return this.drop({ seq: { in: old.flatMap(({ seq }) => seq ?? []) } });
  }
}

const maxShown = 10_000;

function eventOf(
  accountId: string,
  kind: AccountEventKind,
  { actor = 'person', detail, count }: EventDetails = {},
): AccountEvent {
  return { accountId, kind, actor, detail: detail ?? null, count: count ?? null, at: Date.now() };
}
