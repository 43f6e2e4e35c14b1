import type { DataSource } from 'typeorm';
import { UnhandledTopicError } from './outbox.errors.js';

/** The topics with a handler, by data source. */
const handledTopics = new WeakMap<DataSource, ReadonlySet<string>>();

export function declareHandledTopics(dataSource: DataSource, topics: readonly string[]): void {
  handledTopics.set(dataSource, new Set(topics));
}

/** A process without a courier records for another one, and cannot check. @throws UnhandledTopicError */
export function requireHandler(dataSource: DataSource, topic: string): void {
  if (handledTopics.get(dataSource)?.has(topic) === false) throw new UnhandledTopicError(topic);
}
