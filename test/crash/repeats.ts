import type { AttemptRow } from './database-reading.js';
import type { Evidence } from './evidence.js';
import { grouped } from './grouped.js';
import type { ReceivedRequest } from './unreliable-service.js';

export const explanations = [
  'sender killed',
  'sender stalled',
  'answer not seen in time',
  'lease lost',
] as const;
export type Explanation = (typeof explanations)[number];

/** A request whose key the service had accepted before, and why it was sent all the same. */
export interface Repeat {
  readonly key: string;
  readonly explanation: Explanation | undefined;
}

/** Milliseconds between two clocks' readings of one moment, in two processes of one machine. */
const slack = 5;

/** Every acceptance but the last of each key, with what kept its sender from recording it. */
export function findRepeats({ received, tables, deaths, reports }: Evidence): Repeat[] {
  const accepted = grouped(
    received.filter(({ acceptedAt }) => acceptedAt !== undefined),
    ({ key }) => key,
  );
  const attempts = grouped(tables.attempts, ({ message_id: id }) => id);
  const explain = (earlier: ReceivedRequest, later: ReceivedRequest): Explanation | undefined => {
    const { key, sender, at } = earlier;
    const isBetween = (moment = 0) => moment >= at - slack && moment <= later.at + slack;
    const death = deaths.find((one) => one.sender === sender);
    if (isBetween(death?.stalledAt)) return 'sender stalled';
    if (isBetween(death?.killedAt)) return 'sender killed';
    if (reports.some((one) => one.kind === 'lease lost' && one.key === key && one.sender === sender))
      return 'lease lost';
    return attempts.get(key)?.some((attempt) => wasNotAnswered(attempt, at))
      ? 'answer not seen in time'
      : undefined;
  };
  return [...accepted].flatMap(([key, requests]) =>
    requests.slice(1).map((later, index) => ({ key, explanation: explain(requests[index]!, later) })),
  );
}

/** Whether this is a try that was under way at that moment and got no answer. */
const wasNotAnswered = ({ outcome, status, started_at: start, duration }: AttemptRow, at: number) =>
  outcome !== 'delivered' && status === null && start <= at + slack && start + duration >= at - slack;
