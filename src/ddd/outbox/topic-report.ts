/** Time after its last report from which a process is considered gone; clocks may differ by 20 s. */
export const consumerGoneAfterMs = 60_000;

/** A topic whose messages are held back, because its service keeps failing. Epoch milliseconds. */
export interface PausedTopic {
  readonly topic: string;
  readonly since: number;
  /** When the next message is sent as a probe. */
  readonly probeAt: number;
  readonly reason: string;
}

/** A topic with messages that no process delivers, because none has a handler for it. */
export interface UnhandledTopic {
  readonly topic: string;
  readonly messages: number;
}

/** A data source, or one bounded connection of it. */
export interface SqlReader {
  query(sql: string): Promise<unknown>;
}

export interface TopicReport {
  readonly held: readonly PausedTopic[];
  readonly unhandled: readonly UnhandledTopic[];
}

interface Consumer {
  readonly topic: string;
  readonly seenAt: number;
  readonly heldSince: number | null;
  readonly probeAt: number | null;
  readonly reason: string | null;
}

/** The state of the topics, from the last reports of the processes that deliver them. */
export async function readTopics(reader: SqlReader, now: number): Promise<TopicReport> {
  const consumers = await readConsumers(reader);
  const last = Math.max(...consumers.map(({ seenAt }) => seenAt));
  // The programs that deliver, or did last: with none running, what they handled is still known.
  const handled = new Set(
    consumers.filter(({ seenAt }) => seenAt >= last - consumerGoneAfterMs).map(({ topic }) => topic),
  );
  const pending = consumers.length ? await readPending(reader) : [];
  return {
    held: [...handled].flatMap((topic) =>
      heldTopic(
        topic,
        consumers.filter((each) => each.topic === topic && each.seenAt >= now - consumerGoneAfterMs),
      ),
    ),
    unhandled: pending.filter(({ topic }) => !handled.has(topic)),
  };
}

/** One process that does not hold the topic back is enough to deliver. */
function heldTopic(topic: string, consumers: readonly Consumer[]): PausedTopic[] {
  const held = consumers.filter(({ heldSince }) => heldSince !== null);
  if (!held.length || held.length < consumers.length) return [];
  const [first] = held.sort((one, other) => Number(one.probeAt) - Number(other.probeAt));
  const since = Math.min(...held.map(({ heldSince }) => Number(heldSince)));
  return [{ topic, since, probeAt: Number(first?.probeAt), reason: first?.reason ?? '' }];
}

async function readConsumers(reader: SqlReader): Promise<Consumer[]> {
  const rows = (await reader.query(
    'SELECT topic, seen_at, held_since, probe_at, reason FROM outbox_consumer',
  )) as Record<string, string | number | null>[];
  const number = (value: unknown) => (value === null ? null : Number(value));
  return rows.map((row) => ({
    topic: String(row['topic']),
    seenAt: Number(row['seen_at']),
    heldSince: number(row['held_since']),
    probeAt: number(row['probe_at']),
    reason: row['reason'] as string | null,
  }));
}

async function readPending(reader: SqlReader): Promise<UnhandledTopic[]> {
  const rows = (await reader.query(
    `SELECT topic, count(*) AS messages FROM outbox_message WHERE state = 'pending' GROUP BY topic`,
  )) as { topic: string; messages: string | number }[];
  return rows.map(({ topic, messages }) => ({ topic, messages: Number(messages) }));
}
