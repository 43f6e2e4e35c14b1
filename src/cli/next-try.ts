import type { MessageView, TopicReport } from '../ddd/outbox/index.js';
import { duration } from './table.js';

/** When a message is attempted next, as far as known. */
export interface NextTry {
  /** Epoch milliseconds; null when no attempt is planned. */
  readonly at: number | null;
  readonly text: string;
}

/** @param report the topics that are paused, and those without a handler */
export function nextTryBy({ held, unhandled }: TopicReport, now: number): (message: MessageView) => NextTry {
  return ({ state, topic, availableAt, isUrgent }) => {
    if (state !== 'pending') return { at: null, text: '-' };
    if (unhandled.some((each) => each.topic === topic)) return { at: null, text: 'never: no handler' };
    const probeAt = held.find((each) => each.topic === topic)?.probeAt ?? 0;
    if (isUrgent || probeAt <= availableAt) return { at: availableAt, text: inTime(availableAt - now) };
    return { at: probeAt, text: `held back, probe ${inTime(probeAt - now)}` };
  };
}

export const inTime = (waitMs: number) => (waitMs > 0 ? `in ${duration(waitMs)}` : 'now');
