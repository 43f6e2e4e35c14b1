import { SqlTableRepository } from '../repository/index.js';
import { IdempotencyRecord } from './idempotency-record.entity.js';
import { KeyReusedError, RequestInProgressError } from './idempotency.errors.js';
import { answerIn } from './recorded-answer.js';
import type { RecordedAnswer } from './recorded-answer.js';

/** The right to execute a request. */
export type Claim = Pick<IdempotencyRecord, 'id' | 'fingerprint' | 'leaseToken'>;

/** How long an answer is kept. */
const retentionMs = 86_400_000;
/** How long a request of a process that died holds its key. A living process renews its claim. */
export const leaseMs = 7_000;
/** How far the clocks of processes may differ. */
const clockToleranceMs = 15_000;

const noAnswer = { status: null, body: null, contentType: null, location: null, etag: null };

/** The records, each claimed by one request at a time. */
export class IdempotencyRecordRepository extends SqlTableRepository<IdempotencyRecord> {
  protected readonly entity = IdempotencyRecord;

  /**
   * Claims a request. Every step decides by a single statement, so it is right at any isolation.
   * @returns the recorded answer; undefined when the caller may execute the request
   * @throws KeyReusedError, RequestInProgressError
   */
  async claim(claim: Claim, now: number): Promise<RecordedAnswer | undefined> {
    const fresh = { ...claim, ...noAnswer, leaseUntil: now + leaseMs, expiresAt: now + retentionMs };
    if (await this.createUnlessExists(fresh)) return undefined;
    const known = await this.find({ id: claim.id });
    // Given up since the statement before.
    if (!known) throw new RequestInProgressError();
    const isExpired = known.expiresAt <= now;
    if (!isExpired && known.fingerprint !== claim.fingerprint) throw new KeyReusedError();
    const answer = answerIn(known);
    if (!isExpired && answer) return answer;
    if (!isExpired && isLeased(known, now)) throw new RequestInProgressError();
    const { id, leaseToken, expiresAt } = known;
    if (!(await this.update(fresh, { id, leaseToken, expiresAt }))) throw new RequestInProgressError();
    return undefined;
  }

  async renew({ id, leaseToken }: Claim, now: number): Promise<void> {
    await this.update({ leaseUntil: now + leaseMs }, { id, leaseToken, status: null });
  }

  /** @throws RequestInProgressError when another process has taken over, so that its answer is the one that counts */
  async complete({ id, leaseToken }: Claim, answer: RecordedAnswer, now: number): Promise<void> {
    const changes = { ...answer, expiresAt: now + retentionMs };
    if (!(await this.update(changes, { id, leaseToken, status: null }))) throw new RequestInProgressError();
  }

  /** Lets the next request with this key execute. */
  async giveUp({ id, leaseToken }: Claim): Promise<void> {
    await this.drop({ id, leaseToken, status: null });
  }

  /** Deletes some of the expired records. @returns how many */
  async purge(now: number, limit: number): Promise<number> {
    const expired = await this.list({ expiresAt: { lt: now } }, { order: { expiresAt: 'asc' }, limit });
    return expired.length && this.drop({ id: { in: expired.map(({ id }) => id) }, expiresAt: { lt: now } });
  }
}

/** A lease that ends even later was written before the clock was set back. */
const isLeased = ({ leaseUntil }: IdempotencyRecord, now: number) =>
  leaseUntil > now && leaseUntil <= now + leaseMs + clockToleranceMs;
