import type { OutboxMessage } from '../../ddd/outbox/index.js';

/** What a column of a leased message becomes, as an expression of SQLite. */
const afterLease: { readonly [Field in keyof OutboxMessage]?: string } = {
  state: `'pending'`,
  availableAt: 'CAST("created_at" AS TEXT)',
  leaseOwner: 'NULL',
  leaseUntil: 'NULL',
};

/** A lease means nothing without the process that held it: its message is pending, and due at once. */
export function releasedColumn(field: string, expression: string): string {
  const after = afterLease[field as keyof OutboxMessage];
  return after ? `CASE WHEN "state" = 'leased' THEN ${after} ELSE ${expression} END` : expression;
}
