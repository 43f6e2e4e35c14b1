import { queueOf } from '../../ddd/outbox/index.js';
import type { ConsumerName, MessageView, TopicReport } from '../../ddd/outbox/index.js';
import { duration } from './table.js';

/** When a message is attempted next, as far as known. */
export interface NextTry {
  /** Epoch milliseconds; null when no attempt is planned. */
  readonly at: number | null;
  readonly text: string;
}

/** @param report the consumers that are held back, and those without a handler */
export function nextTryBy({ held, unhandled }: TopicReport, now: number): (message: MessageView) => NextTry {
  return (message) => {
    const { state, availableAt, isUrgent } = message;
    const isItsConsumer = (each: ConsumerName) => queueOf(each) === queueOf(message);
    if (state !== 'pending') return { at: null, text: '-' };
    if (unhandled.some(isItsConsumer)) return { at: null, text: 'never: no handler' };
    const probeAt = held.find(isItsConsumer)?.probeAt ?? 0;
    if (isUrgent || probeAt <= availableAt) return { at: availableAt, text: inTime(availableAt - now) };
    return { at: probeAt, text: `held back, probe ${inTime(probeAt - now)}` };
  };
}

export const inTime = (waitMs: number) => (waitMs > 0 ? `in ${duration(waitMs)}` : 'now');
