import { SqlTableRepository } from '../../ddd/repository/index.js';
import { Session } from './session.entity.js';
import type { SessionEnd } from './session.entity.js';

/** A live session and the permissions of its account. */
export interface LiveSession {
  readonly id: string;
  readonly accountId: string;
  readonly createdAt: number;
  /** As of now, in alphabetical order. */
  readonly permissions: readonly string[];
}

/** PostgreSQL rejects some characters in parameters, so malformed ids are never sent to it. */
const isId = (text: string) => /^[\w-]{1,36}$/.test(text);

const live = (now: number) => ({ endedAt: null, expiresAt: { gt: now } });

/** The sessions. */
export class SessionRepository extends SqlTableRepository<Session> {
  protected readonly entity = Session;

  /**
   * The session, if it is live, its account active and the key not revoked: one indexed read. It joins the table of the
   * accounts by name, because modules do not import each other (ADR 34).
   * @param keyId of the key that the caller's token is signed with
   */
  async findLive(id: string, now: number, keyId?: string): Promise<LiveSession | null> {
    const rows: { accountId: string; createdAt: string | number; permission: string | null }[] = await this
      .scope.manager.sql`
        SELECT s.account_id AS "accountId", s.created_at AS "createdAt", p.name AS permission
        FROM session s JOIN "user" u ON u.id = s.account_id LEFT JOIN account_permission p ON p.account_id = u.id
        WHERE s.id = ${id} AND s.ended_at IS NULL AND s.expires_at > ${now} AND u.active
          AND (${keyId ?? ''} = '' OR EXISTS (
            SELECT 1 FROM signing_key k WHERE k.id = ${keyId ?? ''} AND k.state <> 'revoked'))`;
    const [first] = rows;
    if (!first) return null;
    const permissions = rows.flatMap(({ permission }) => permission ?? []).sort();
    return { id, accountId: first.accountId, createdAt: Number(first.createdAt), permissions };
  }

  /** The live sessions of an account, the newest first. */
  listLive(accountId: string, now: number): Promise<Session[]> {
    return this.list({ accountId, ...live(now) }, { order: { createdAt: 'desc' }, limit: 1_000 });
  }

  /**
   * Updates the last use. In a unit of work, this locks the session until the unit ends: other units wait.
   * @returns whether it is live
   */
  async use({ id, expiresAt }: Pick<Session, 'id' | 'expiresAt'>, now: number): Promise<boolean> {
    return (await this.update({ lastUsedAt: now, expiresAt }, { id, ...live(now) })) > 0;
  }

  /** @returns whether there was such a live session */
  async end(id: string, reason: SessionEnd, now: number, accountId?: string): Promise<boolean> {
    if (!isId(id)) return false;
    const owner = accountId === undefined ? {} : { accountId };
    return (await this.update({ endedAt: now, endReason: reason }, { id, ...owner, ...live(now) })) > 0;
  }

  /** Ends all but one. @returns how many there were */
  endOthers(accountId: string, keptId: string, reason: SessionEnd, now: number): Promise<number> {
    return this.update({ endedAt: now, endReason: reason }, { accountId, id: { ne: keptId }, ...live(now) });
  }

  /** @returns how many there were */
  endAll(accountId: string, reason: SessionEnd, now: number): Promise<number> {
    return this.update({ endedAt: now, endReason: reason }, { accountId, ...live(now) });
  }
}
