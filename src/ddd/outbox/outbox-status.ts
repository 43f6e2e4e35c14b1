import { stateConditions } from './message-conditions.js';
import type { MessageState } from './outbox-message.entity.js';
import { readTopics } from './topic-report.js';
import type { SqlReader, TopicReport } from './topic-report.js';

/** Up to how many delivered and discarded messages are counted: there may be millions, and their number says little. */
export const maxCountedEnded = 10_000;

export interface OutboxStatus extends TopicReport {
  /** Of `done` and `discarded`, at most `maxCountedEnded`. */
  readonly messages: Readonly<Record<MessageState, number>>;
  /** Since when the oldest undelivered message has been due, in epoch milliseconds; null when none is due. */
  readonly oldestUndelivered: number | null;
  /** How many of the pending messages wait for the moment that they were recorded for. */
  readonly scheduled: number;
}

/** The newest first: on PostgreSQL the index still lists old ones that a purge has deleted, until a vacuum. */
const countEnded = (state: 'done' | 'discarded') => `SELECT count(*) FROM (
  SELECT done_at FROM outbox_message WHERE ${stateConditions[state]}
  ORDER BY done_at DESC LIMIT ${maxCountedEnded}) AS newest`;

const countAll = (state: MessageState) =>
  `SELECT count(*) FROM outbox_message WHERE ${stateConditions[state]}`;

const counts: Readonly<Record<MessageState, string>> = {
  pending: countAll('pending'),
  leased: countAll('leased'),
  done: countEnded('done'),
  dead: countAll('dead'),
  discarded: countEnded('discarded'),
};

/** The number of messages in each state, the age of the oldest, and the consumers that are not served. */
export async function readOutboxStatus(reader: SqlReader, now: number): Promise<OutboxStatus> {
  const columns = Object.entries(counts).map(([state, count]) => `(${count}) AS ${state}`);
  const [row] = (await reader.query(
    `SELECT ${columns.join(', ')},
       (SELECT min(created_at) FROM outbox_message WHERE state IN ('pending', 'leased')) AS oldest,
       (SELECT count(*) FROM outbox_message WHERE state IN ('pending', 'leased') AND created_at > ${now}) AS scheduled`,
  )) as Record<MessageState | 'oldest' | 'scheduled', string | number | null>[];
  const messages = Object.fromEntries(
    Object.keys(counts).map((state) => [state, Number(row?.[state as MessageState])]),
  );
  const oldest = Number(row?.oldest ?? Infinity);
  return {
    messages: messages as OutboxStatus['messages'],
    oldestUndelivered: oldest > now ? null : oldest,
    scheduled: Number(row?.scheduled),
    ...(await readTopics(reader, now)),
  };
}
