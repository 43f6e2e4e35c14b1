import type { MessageState, Selection } from '../../ddd/outbox/index.js';

export const messageStates: readonly MessageState[] = ['pending', 'leased', 'done', 'dead', 'discarded'];

/** A selection of messages as an operator writes it. */
export interface SelectionText {
  readonly state?: string | undefined;
  readonly limit?: string | undefined;
  readonly topic?: string | undefined;
  readonly consumer?: string | undefined;
  readonly newest?: boolean | undefined;
}

/** The message begins with the name of the part that is wrong. */
export class InvalidSelectionError extends Error {
  override readonly name = 'InvalidSelectionError';
}

/** @throws InvalidSelectionError */
export function readSelection({ state, limit, topic, consumer, newest }: SelectionText): Selection {
  return {
    limit: integerLimit(limit),
    ...(state !== undefined && { state: knownState(state) }),
    ...(topic !== undefined && { topic }),
    ...(consumer !== undefined && { consumer }),
    ...(newest && { newest }),
  };
}

function integerLimit(text = '50'): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > 10_000)
    throw new InvalidSelectionError('limit must be a whole number from 1 to 10000');
  return limit;
}

function knownState(text: string): MessageState {
  const state = messageStates.find((known) => known === text);
  if (!state) throw new InvalidSelectionError(`state must be one of: ${messageStates.join(', ')}`);
  return state;
}
