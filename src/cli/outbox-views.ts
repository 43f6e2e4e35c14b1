import type { MessageHistory, MessageView } from '../ddd/outbox/outbox-operator.js';
import type { OutboxStatus } from '../ddd/outbox/outbox-queue.js';
import { duration, table } from './table.js';

const moment = (epoch: number | null) => (epoch === null ? null : new Date(epoch).toISOString());

/** For machines: moments are ISO 8601 in UTC, durations milliseconds. */
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

export const statusJson = ({ messages, oldestUndelivered }: OutboxStatus, now: number) => ({
  messages,
  oldestUndelivered: moment(oldestUndelivered),
  oldestUndeliveredAge: oldestUndelivered === null ? null : now - oldestUndelivered,
});

export function statusText({ messages, oldestUndelivered }: OutboxStatus, now: number): string {
  const oldest =
    oldestUndelivered === null
      ? 'Nothing waits to be delivered.'
      : `The oldest undelivered message is ${duration(now - oldestUndelivered)} old (${moment(oldestUndelivered)}).`;
  return `${table(Object.entries(messages).map(([state, count]) => ({ state, messages: count })))}\n\n${oldest}`;
}

export function listText(messages: readonly MessageView[], now: number): string {
  if (!messages.length) return 'No messages.';
  return table(
    messages.map(({ id, topic, state, attempts, createdAt, availableAt, lastError }) => ({
      id,
      topic,
      state,
      attempts,
      age: duration(now - createdAt),
      'next try': state === 'pending' ? next(availableAt - now) : '-',
      'last error': lastError ?? '-',
    })),
  );
}

export function historyText(history: MessageHistory, now: number): string {
  const { attemptsMade, ...message } = history;
  const facts = Object.entries(messageJson(message)).map(
    ([name, value]) => `${name.padEnd(14)}${value ?? '-'}`,
  );
  const attempts = attemptsMade.map(({ number, startedAt, outcome, status, duration: took, error }) => ({
    attempt: number,
    started: moment(startedAt) ?? '-',
    ago: duration(now - startedAt),
    outcome,
    status: status === null ? '-' : String(status),
    took: duration(took),
    error: error ?? '-',
  }));
  return `${facts.join('\n')}\n\n${attempts.length ? table(attempts) : 'No attempt has ended yet.'}`;
}

const next = (wait: number) => (wait > 0 ? `in ${duration(wait)}` : 'now');
