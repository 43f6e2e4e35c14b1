import { moment } from '../../ddd/timing/index.js';
import type { PermissionRepository } from './permission.repository.js';
import type { SessionRepository } from './session.repository.js';

const maxSessions = 10_000;

/** What this module holds about an account, except the hashes of its tokens. */
export async function exportSessions(
  { session, permission }: { readonly session: SessionRepository; readonly permission: PermissionRepository },
  accountId: string,
) {
  const sessions = await session.list({ accountId }, { order: { createdAt: 'desc' }, limit: maxSessions });
  const permissions = await permission.list({ accountId }, { order: { name: 'asc' } });
  return {
    sessions: sessions.map(({ id, client, createdAt, lastUsedAt, expiresAt, endedAt, endReason }) => ({
      id,
      client,
      created_at: moment(createdAt),
      last_used_at: moment(lastUsedAt),
      expires_at: moment(expiresAt),
      ended_at: moment(endedAt),
      end_reason: endReason,
    })),
    permissions: permissions.map(({ name, grantedAt }) => ({ name, granted_at: moment(grantedAt) })),
  };
}
