import { defaultConsumer, maxCountedEnded, queueOf } from '../../ddd/outbox/index.js';
import type { MessageHistory, MessageView, OutboxStatus } from '../../ddd/outbox/index.js';
import { inTime } from './next-try.js';
import type { NextTry } from './next-try.js';
import { duration, table } from './table.js';

const moment = (epoch: number | null) => (epoch === null ? null : new Date(epoch).toISOString());

/** For machines: times are ISO 8601 in UTC, durations are milliseconds. */
export const messageJson = ({
  availableAt,
  leaseUntil,
  createdAt,
  changedAt,
  doneAt,
  ...rest
}: MessageView) => ({
  ...rest,
  availableAt: moment(availableAt),
  leaseUntil: moment(leaseUntil),
  createdAt: moment(createdAt),
  changedAt: moment(changedAt),
  doneAt: moment(doneAt),
});

export const historyJson = ({ attemptsMade, ...message }: MessageHistory) => ({
  ...messageJson(message),
  attemptsMade: attemptsMade.map(({ messageId: _, startedAt, ...attempt }) => ({
    ...attempt,
    startedAt: moment(startedAt),
  })),
});

export const listedJson = (message: MessageView, { at }: NextTry) => ({
  ...messageJson(message),
  nextTryAt: moment(at),
});

/** The states, and how many messages are in each, as far as they are counted. */
export const stateCounts = ({ messages }: Pick<OutboxStatus, 'messages'>): [string, string][] =>
  Object.entries(messages).map(([state, count]) => [
    state,
    (state === 'done' || state === 'discarded') && count >= maxCountedEnded
      ? `${count} or more`
      : String(count),
  ]);

/** Consumers that are not served are listed only when there are any. */
export const statusJson = (
  { messages, scheduled, oldestUndelivered, held, unhandled }: OutboxStatus,
  now: number,
) => ({
  messages,
  scheduled,
  oldestUndelivered: moment(oldestUndelivered),
  oldestUndeliveredAge: oldestUndelivered === null ? null : now - oldestUndelivered,
  ...(held.length && {
    held: held.map((each) => ({ ...each, since: moment(each.since), probeAt: moment(each.probeAt) })),
  }),
  ...(unhandled.length && { unhandled }),
});

export function statusText(
  { messages, scheduled, oldestUndelivered, held, unhandled }: OutboxStatus,
  now: number,
): string {
  const oldest =
    oldestUndelivered === null
      ? 'Nothing waits to be delivered.'
      : `The oldest undelivered message is ${duration(now - oldestUndelivered)} old (${moment(oldestUndelivered)}).`;
  return [
    `${table(stateCounts({ messages }).map(([state, count]) => ({ state, messages: count })))}\n`,
    oldest,
    ...(scheduled ? [`${scheduled} of the pending ones wait for the time that they were recorded for.`] : []),
    ...held.map(
      ({ since, probeAt, reason, ...name }) =>
        `${queueOf(name)} is held back for ${duration(now - since)}, because its service keeps failing (${reason}). ` +
        `The next probe goes ${inTime(probeAt - now)}; retry ID sends one at once.`,
    ),
    ...unhandled.map(
      ({ messages: count, ...name }) =>
        `${queueOf(name)} has no handler: ${count} of its messages are pending, and no one delivers them.`,
    ),
  ].join('\n');
}

export function listText(
  messages: readonly MessageView[],
  nextTry: (message: MessageView) => NextTry,
  now: number,
): string {
  if (!messages.length) return 'No messages.';
  const hasNames = messages.some(({ consumer }) => consumer !== defaultConsumer);
  return table(
    messages.map((message) => ({
      id: message.id,
      topic: message.topic,
      ...(hasNames && { consumer: message.consumer }),
      state: message.state,
      attempts: message.attempts,
      age: message.createdAt > now ? '-' : duration(now - message.createdAt),
      'next try': nextTry(message).text,
      'last error': message.lastError ?? '-',
    })),
  );
}

/** What is known of a message, besides its attempts, by name. */
export function historyFacts({ attemptsMade: _, copies, ...message }: MessageHistory): [string, string][] {
  const facts = Object.entries(messageJson(message)).map(([name, value]): [string, string] => [
    name,
    String(value ?? '-'),
  ]);
  return copies.length ? [...facts, ['copies', copies.join(', ')]] : facts;
}

export function historyText(history: MessageHistory, now: number): string {
  const facts = historyFacts(history).map(([name, value]) => `${name.padEnd(14)}${value}`);
  const attempts = history.attemptsMade.map(
    ({ number, startedAt, outcome, status, duration: took, error }) => ({
      attempt: number,
      started: moment(startedAt) ?? '-',
      ago: duration(now - startedAt),
      outcome,
      status: status === null ? '-' : String(status),
      took: duration(took),
      error: error ?? '-',
    }),
  );
  return `${facts.join('\n')}\n\n${attempts.length ? table(attempts) : 'No attempt has ended yet.'}`;
}
