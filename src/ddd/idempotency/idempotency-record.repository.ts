import { SqlTableRepository } from '../repository/index.js';
import { dayMs } from '../timing/index.js';
import { IdempotencyRecord } from './idempotency-record.entity.js';
import { KeyReusedError, RequestInProgressError } from './idempotency.errors.js';
import { responseIn } from './recorded-response.js';
import type { RecordedResponse } from './recorded-response.js';

/** The right to execute a request. */
export type Claim = Pick<IdempotencyRecord, 'id' | 'fingerprint' | 'leaseToken'>;

/** How long a response is kept. */
const retentionMs = dayMs;
/** How long a request keeps its key claimed after its process has died. A running process renews the claim. */
const leaseMs = 7_000;
/** How long the unit of work of a request may be open. Its claim is not renewed meanwhile. */
export const maxUnitMs = 5_000;
/** How far the clocks of processes may differ. */
const clockToleranceMs = 15_000;

const noResponse = { status: null, body: null, contentType: null, location: null, etag: null };

/** The records, each claimed by one request at a time. */
export class IdempotencyRecordRepository extends SqlTableRepository<IdempotencyRecord> {
  protected readonly entity = IdempotencyRecord;

  /**
   * Claims a request. A single statement decides each step, so the isolation level does not matter.
   * @returns the recorded response; undefined when the caller may execute the request
   * @throws KeyReusedError, RequestInProgressError
   */
  async claim(claim: Claim, now: number): Promise<RecordedResponse | undefined> {
    const fresh = { ...claim, ...noResponse, leaseUntil: now + leaseMs, expiresAt: now + retentionMs };
    if (await this.createUnlessExists(fresh)) return undefined;
    const known = await this.find({ id: claim.id });
    // Released since the previous statement.
    if (!known) throw new RequestInProgressError();
    const isExpired = known.expiresAt <= now;
    if (!isExpired && known.fingerprint !== claim.fingerprint) throw new KeyReusedError();
    const response = responseIn(known);
    if (!isExpired && response) return response;
    if (!isExpired && isLeased(known, now)) throw new RequestInProgressError();
    const { id, leaseToken, expiresAt } = known;
    if (!(await this.update(fresh, { id, leaseToken, expiresAt }))) throw new RequestInProgressError();
    return undefined;
  }

  async renew({ id, leaseToken }: Claim, now: number): Promise<void> {
    await this.update({ leaseUntil: now + leaseMs }, { id, leaseToken, status: null });
  }

  /** @throws RequestInProgressError when another process has taken over, whose response is then the valid one */
  async complete({ id, leaseToken }: Claim, response: RecordedResponse, now: number): Promise<void> {
    const changes = { ...response, expiresAt: now + retentionMs };
    if (!(await this.update(changes, { id, leaseToken, status: null }))) throw new RequestInProgressError();
  }

  /** Lets the next request with this key execute. */
  async release({ id, leaseToken }: Claim): Promise<void> {
    await this.drop({ id, leaseToken, status: null });
  }

  /** Deletes some of the expired records. @returns how many */
  async purge(now: number, limit: number): Promise<number> {
    const expired = await this.list({ expiresAt: { lt: now } }, { order: { expiresAt: 'asc' }, limit });
    return expired.length && this.drop({ id: { in: expired.map(({ id }) => id) }, expiresAt: { lt: now } });
  }
}

/** A lease that ends later than that was written before the clock was set back. */
const isLeased = ({ leaseUntil }: IdempotencyRecord, now: number) =>
  leaseUntil > now && leaseUntil <= now + leaseMs + clockToleranceMs;
