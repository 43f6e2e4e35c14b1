import { consumerOf } from './consumer-name.js';
import type { ConsumerName } from './consumer-name.js';

/** Time after its last report from which a process is considered gone; clocks may differ by 20 s. */
export const consumerGoneAfterMs = 60_000;

/** A consumer whose messages are held back, because its service keeps failing. Epoch milliseconds. */
export interface HeldConsumer extends ConsumerName {
  readonly since: number;
  /** When the next message is sent as a probe. */
  readonly probeAt: number;
  readonly reason: string;
}

/** A consumer with messages that no process delivers, because none has its handler. */
export interface UnhandledConsumer extends ConsumerName {
  readonly messages: number;
}

/** A data source, or one bounded connection of it. */
export interface SqlReader {
  query(sql: string): Promise<unknown>;
}

export interface TopicReport {
  readonly held: readonly HeldConsumer[];
  readonly unhandled: readonly UnhandledConsumer[];
}

interface Report {
  readonly queue: string;
  readonly seenAt: number;
  readonly heldSince: number | null;
  readonly probeAt: number | null;
  readonly reason: string | null;
}

/** The state of the consumers, from the last reports of the processes that have them. */
export async function readTopics(reader: SqlReader, now: number): Promise<TopicReport> {
  const reports = await readReports(reader);
  const last = Math.max(...reports.map(({ seenAt }) => seenAt));
  // The programs that deliver, or did last: with none running, what they handled is still known.
  const handled = new Set(
    reports.filter(({ seenAt }) => seenAt >= last - consumerGoneAfterMs).map(({ queue }) => queue),
  );
  const pending = reports.length ? await readPending(reader) : [];
  return {
    held: [...handled].flatMap((queue) =>
      heldConsumer(
        queue,
        reports.filter((each) => each.queue === queue && each.seenAt >= now - consumerGoneAfterMs),
      ),
    ),
    unhandled: pending
      .filter(({ queue }) => !handled.has(queue))
      .map(({ queue, messages }) => ({ ...consumerOf(queue), messages })),
  };
}

/** One process that does not hold its messages back is enough to deliver. */
function heldConsumer(queue: string, reports: readonly Report[]): HeldConsumer[] {
  const held = reports.filter(({ heldSince }) => heldSince !== null);
  if (!held.length || held.length < reports.length) return [];
  const [first] = held.sort((one, other) => Number(one.probeAt) - Number(other.probeAt));
  const since = Math.min(...held.map(({ heldSince }) => Number(heldSince)));
  return [{ ...consumerOf(queue), since, probeAt: Number(first?.probeAt), reason: first?.reason ?? '' }];
}

async function readReports(reader: SqlReader): Promise<Report[]> {
  const rows = (await reader.query(
    'SELECT topic AS queue, seen_at, held_since, probe_at, reason FROM outbox_consumer',
  )) as Record<string, string | number | null>[];
  const number = (value: unknown) => (value === null ? null : Number(value));
  return rows.map((row) => ({
    queue: String(row['queue']),
    seenAt: Number(row['seen_at']),
    heldSince: number(row['held_since']),
    probeAt: number(row['probe_at']),
    reason: row['reason'] as string | null,
  }));
}

async function readPending(reader: SqlReader): Promise<{ queue: string; messages: number }[]> {
  const rows = (await reader.query(
    `SELECT topic AS queue, count(*) AS messages FROM outbox_message WHERE state = 'pending' GROUP BY topic`,
  )) as { queue: string; messages: string | number }[];
  return rows.map(({ queue, messages }) => ({ queue, messages: Number(messages) }));
}
