import type { OutboxMessage } from '../../ddd/outbox/index.js';

/** SQLite expressions for the columns of a leased message. */
const afterLease: { readonly [Field in keyof OutboxMessage]?: string } = {
  state: `'pending'`,
  availableAt: 'CAST("created_at" AS TEXT)',
  leaseOwner: 'NULL',
  leaseUntil: 'NULL',
};

/** A lease is void without the process that held it: its message becomes pending, and due at once. */
export function releasedColumn(field: string, expression: string): string {
  const after = afterLease[field as keyof OutboxMessage];
  return after ? `CASE WHEN "state" = 'leased' THEN ${after} ELSE ${expression} END` : expression;
}
