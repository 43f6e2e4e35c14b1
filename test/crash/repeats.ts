import type { AttemptRow } from './database-reading.js';
import type { Evidence } from './evidence.js';
import { grouped } from './grouped.js';
import type { ReceivedRequest } from './unreliable-service.js';

export const explanations = [
  'sender killed',
  'sender stalled',
  'answer not seen in time',
  'lease lost',
  'result not written',
] as const;
export type Explanation = (typeof explanations)[number];

/** A request whose key the service had already accepted, and why it was sent again. */
export interface Repeat {
  readonly earlier: ReceivedRequest;
  readonly later: ReceivedRequest;
  readonly explanation: Explanation | undefined;
}

/** The maximum clock difference between two processes of one machine. */
const slack = 5;

/** Every acceptance of each key except the last, with the reason why its sender did not record it. */
export function findRepeats({ received, tables, deaths, reports }: Evidence): Repeat[] {
  const accepted = grouped(
    received.filter(({ acceptedAt }) => acceptedAt !== undefined),
    ({ key }) => key,
  );
  const attempts = grouped(tables.attempts, ({ message_id: id }) => id);
  const results = reports.flatMap((one) => ('key' in one ? one : []));
  const explain = (earlier: ReceivedRequest, later: ReceivedRequest): Explanation | undefined => {
    const { key, sender, at } = earlier;
    const death = deaths.find((one) => one.sender === sender);
    // Its end may be detected before its last request.
    if (isBefore(later.at, death?.stalledAt)) return 'sender stalled';
    if (isBefore(later.at, death?.killedAt)) return 'sender killed';
    const dropped = results.find((one) => one.key === key && one.sender === sender);
    if (dropped) return dropped.kind;
    const attempt = attempts.get(key)?.findLast(({ started_at: start }) => start <= at + slack);
    return attempt && gotNoResponse(attempt) ? 'answer not seen in time' : undefined;
  };
  return [...accepted.values()].flatMap((requests) =>
    requests.slice(1).map((later, index) => {
      const earlier = requests[index]!;
      return { earlier, later, explanation: explain(earlier, later) };
    }),
  );
}

const isBefore = (moment: number, end = Infinity) => end <= moment + slack;

const gotNoResponse = ({ outcome, status }: AttemptRow) => outcome === 'retry' && status === null;
