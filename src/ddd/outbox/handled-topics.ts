import type { DataSource } from 'typeorm';
import type { ConsumerName } from './consumer-name.js';
import { UnhandledTopicError } from './outbox.errors.js';

/** The consumers that the program of a data source has, by topic. */
const consumersByTopic = new WeakMap<DataSource, ReadonlyMap<string, readonly string[]>>();

export function declareConsumers(dataSource: DataSource, names: readonly ConsumerName[]): void {
  const byTopic = new Map<string, string[]>();
  for (const { topic, consumer } of names) byTopic.set(topic, [...(byTopic.get(topic) ?? []), consumer]);
  consumersByTopic.set(dataSource, byTopic);
}

/**
 * The consumers of a topic in this program; undefined in a process without a courier, which records for another one and
 * cannot check.
 * @throws UnhandledTopicError
 */
export function consumersOf(dataSource: DataSource, topic: string): readonly string[] | undefined {
  const declared = consumersByTopic.get(dataSource);
  const consumers = declared?.get(topic);
  if (declared && !consumers) throw new UnhandledTopicError(topic);
  return consumers;
}
