import { Raw } from 'typeorm';
import { defaultConsumer, queueOf } from './consumer-name.js';
import type { MessageState } from './outbox-message.entity.js';

/**
 * Conditions that let a partial index find the messages of a state: SQLite uses one only when the SQL text, not a parameter,
 * has its exact wording.
 */
export const stateConditions: Readonly<Record<MessageState, string>> = {
  pending: `state = 'pending'`,
  leased: `state = 'leased'`,
  done: `state IN ('done', 'discarded') AND state = 'done'`,
  dead: `state = 'dead'`,
  discarded: `state IN ('done', 'discarded') AND state = 'discarded'`,
};

/** Messages in one of these states, found by its index: however many were delivered, the search reads none of them. */
export function inStates(states: readonly MessageState[]) {
  const searches = states.map((state) => `SELECT seq FROM outbox_message WHERE ${stateConditions[state]}`);
  return { seq: Raw((column) => `${column} IN (${searches.join(' UNION ALL ')})`) };
}

/** The condition on queues for the consumers of a topic, or those of a name, or both. */
export function inQueues(topic: string | undefined, consumer: string | undefined) {
  if (topic !== undefined && consumer !== undefined) return { topic: queueOf({ topic, consumer }) };
  if (topic !== undefined)
    return {
      topic: Raw(
        (column) => `(${column} = :topic OR substr(${column}, 1, length(:topic) + 1) = :topic || '#')`,
        {
          topic,
        },
      ),
    };
  if (consumer === undefined) return {};
  return {
    topic:
      consumer === defaultConsumer
        ? Raw((column) => `${column} NOT LIKE '%#%'`)
        : Raw((column) => `substr(${column}, length(${column}) - length(:name) + 1) = :name`, {
            name: `#${consumer}`,
          }),
  };
}
