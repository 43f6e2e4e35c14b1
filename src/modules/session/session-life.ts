import { randomUUID } from 'node:crypto';
import { dayMs } from '../../ddd/timing/index.js';
import { InvalidRefreshTokenError } from './session.errors.js';
import type { PermissionRepository } from './permission.repository.js';
import type { RefreshToken } from './refresh-token.entity.js';
import type { RefreshTokenRepository } from './refresh-token.repository.js';
import type { SessionRepository } from './session.repository.js';
import { newSalt, newToken, successorOf } from './token/opaque-token.js';

/** The repositories of an open unit of work. */
interface SessionRepositories {
  readonly session: SessionRepository;
  readonly refreshToken: RefreshTokenRepository;
  readonly permission: PermissionRepository;
}

/** The content of a token response. */
export interface Grant {
  readonly sessionId: string;
  readonly accountId: string;
  /** Epoch milliseconds of the sign-in. */
  readonly authenticatedAt: number;
  readonly permissions: readonly string[];
  readonly refreshToken: string;
}

/** A refresh token was reused, so its session was ended. */
export interface Reuse {
  readonly reusedBy: string;
}

/** How long a session stays live without being used. */
export const maxIdleMs = 30 * dayMs;
const maxAgeMs = 90 * dayMs;
const maxSessions = 50;
const maxClientLength = 200;
/** How long the first use of a refresh token may be repeated: the response may be lost, or two tabs may race. */
const repeatMs = 30_000;
/** How many refreshes a tab may lag behind another of the same session within that time. */
const maxRefreshesBehind = 2;

const expiryOf = (createdAt: number, now: number) => Math.min(now + maxIdleMs, createdAt + maxAgeMs);

/**
 * Opens a session. Beyond the maximum, the least recently used session ends. The unit must have locked the account.
 * @param client the user agent
 * @returns also how many sessions made room
 */
export async function openSession(
  { session, refreshToken, permission }: SessionRepositories,
  accountId: string,
  client: string | undefined,
): Promise<Grant & { readonly displaced: number }> {
  const now = Date.now();
  const others = await session.listLive(accountId, now);
  const excess = others.sort((one, other) => other.lastUsedAt - one.lastUsedAt).slice(maxSessions - 1);
  for (const { id } of excess) await session.end(id, 'displaced', now);
  const id = randomUUID();
  await session.create({
    id,
    accountId,
    client: client ? [...client].slice(0, maxClientLength).join('') : null,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: expiryOf(now, now),
    endedAt: null,
    endReason: null,
  });
  const token = newToken();
  await refreshToken.issue(token, id, 0);
  const permissions = await permission.names(accountId);
  return {
    sessionId: id,
    accountId,
    authenticatedAt: now,
    permissions,
    refreshToken: token,
    displaced: excess.length,
  };
}

/**
 * Uses a refresh token. The first use issues its successor, and repeats within 30 s return the same one. A later use ends
 * the session, which the unit must commit.
 * @throws InvalidRefreshTokenError for an unknown token, or one of a session that has ended
 */
export async function refreshSession(
  { session, refreshToken }: SessionRepositories,
  token: string,
): Promise<Grant | Reuse> {
  const now = Date.now();
  const presented = await refreshToken.findToken(token);
  const found = presented && (await session.find({ id: presented.sessionId }));
  if (!presented || !found) throw new InvalidRefreshTokenError();
  const { id, createdAt } = found;
  // Locks the session: from here on, other refreshes and the end of the session wait.
  const isLive = await session.use({ id, expiresAt: expiryOf(createdAt, now) }, now);
  const live = isLive && (await session.findLive(id, now));
  if (!live) throw new InvalidRefreshTokenError();
  const successor = await exchange(refreshToken, presented, token, now);
  if (successor === null) {
    await session.end(id, 'reused', now);
    return { reusedBy: live.accountId };
  }
  const { accountId, permissions } = live;
  return { sessionId: id, accountId, authenticatedAt: createdAt, permissions, refreshToken: successor };
}

/** @returns the successor of a token; null when the token can no longer be used */
async function exchange(
  tokens: RefreshTokenRepository,
  presented: RefreshToken,
  token: string,
  now: number,
): Promise<string | null> {
  const salt = newSalt();
  if (await tokens.use(presented, salt, now)) {
    const { sessionId, generation } = presented;
    const successor = successorOf(token, salt);
    await tokens.issue(successor, sessionId, generation + 1);
    if (generation >= maxRefreshesBehind)
      await tokens.forgetSuccessor(sessionId, generation - maxRefreshesBehind);
    return successor;
  }
  const used = await tokens.findToken(token);
  if (!used?.successorSalt || now - (used.usedAt ?? 0) > repeatMs) return null;
  return (await tokens.countAfter(used)) > maxRefreshesBehind ? null : successorOf(token, used.successorSalt);
}
