import type { DataSource } from 'typeorm';
import { UnhandledTopicError } from './outbox.errors.js';

/** Of every database that a courier of this process delivers from. */
const handledTopics = new WeakMap<DataSource, ReadonlySet<string>>();

export function declareHandledTopics(dataSource: DataSource, topics: readonly string[]): void {
  handledTopics.set(dataSource, new Set(topics));
}

/** A process without a courier records for another one, and cannot know. @throws UnhandledTopicError */
export function requireHandler(dataSource: DataSource, topic: string): void {
  if (handledTopics.get(dataSource)?.has(topic) === false) throw new UnhandledTopicError(topic);
}
