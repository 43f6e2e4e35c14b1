/** The name of a consumer that was given none. */
export const defaultConsumer = 'default';

/** Identifies a consumer: every consumer of a topic gets its own copy of each message. */
export interface ConsumerName {
  readonly topic: string;
  readonly consumer: string;
}

const separator = '#';

/** Both become parts of the name of a queue, which a column of 100 characters holds. */
export const isValidConsumer = (consumer: string): boolean => /^[a-z0-9][a-z0-9._-]*$/i.test(consumer);
export const isValidTopic = (topic: string): boolean => topic !== '' && !topic.includes(separator);
export const maxQueueLength = 100;

/**
 * The queue of a consumer: the topic alone for the one without a name, as in the rows of versions that knew only that
 * one; otherwise both names.
 */
export const queueOf = ({ topic, consumer }: ConsumerName): string =>
  consumer === defaultConsumer ? topic : `${topic}${separator}${consumer}`;

/** The topic and the consumer of a queue. */
export function consumerOf(queue: string): ConsumerName {
  const [topic = '', consumer = defaultConsumer] = queue.split(separator);
  return { topic, consumer };
}
