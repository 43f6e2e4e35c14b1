import type { MessageState } from './outbox-message.entity.js';
import { readTopics } from './topic-report.js';
import type { SqlReader, TopicReport } from './topic-report.js';

export interface OutboxStatus extends TopicReport {
  readonly messages: Readonly<Record<MessageState, number>>;
  /** Since when the oldest undelivered message has been due, in epoch milliseconds; null when none is due. */
  readonly oldestUndelivered: number | null;
  /** How many of the pending messages wait for the moment that they were recorded for. */
  readonly scheduled: number;
}

/** Conditions that let an index alone count each state: SQLite requires the exact wording of the index's condition. */
const counted: Readonly<Record<MessageState, string>> = {
  pending: `state = 'pending'`,
  leased: `state = 'leased'`,
  done: `state IN ('done', 'discarded') AND state = 'done'`,
  dead: `state = 'dead'`,
  discarded: `state IN ('done', 'discarded') AND state = 'discarded'`,
};

/** The number of messages in each state, the age of the oldest, and the consumers that are not served. */
export async function readOutboxStatus(reader: SqlReader, now: number): Promise<OutboxStatus> {
  const counts = Object.entries(counted).map(
    ([state, where]) => `(SELECT count(*) FROM outbox_message WHERE ${where}) AS ${state}`,
  );
  const [row] = (await reader.query(
    `SELECT ${counts.join(', ')},
       (SELECT min(created_at) FROM outbox_message WHERE state IN ('pending', 'leased')) AS oldest,
       (SELECT count(*) FROM outbox_message WHERE state IN ('pending', 'leased') AND created_at > ${now}) AS scheduled`,
  )) as Record<MessageState | 'oldest' | 'scheduled', string | number | null>[];
  const messages = Object.fromEntries(
    Object.keys(counted).map((state) => [state, Number(row?.[state as MessageState])]),
  );
  const oldest = Number(row?.oldest ?? Infinity);
  return {
    messages: messages as OutboxStatus['messages'],
    oldestUndelivered: oldest > now ? null : oldest,
    scheduled: Number(row?.scheduled),
    ...(await readTopics(reader, now)),
  };
}
