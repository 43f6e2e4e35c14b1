import type { Delivery } from '../../src/ddd/outbox/index.js';

export const cloudEventType = 'application/cloudevents+json';

/** An event as CloudEvents 1.0 defines it. In structured mode the whole of it is the body of a message. */
export interface CloudEvent {
  readonly specversion: '1.0';
  /** That of the message in the outbox. With the source it identifies the event: a repeat has the same. */
  readonly id: string;
  /** What it happened in. */
  readonly source: string;
  /** The topic. */
  readonly type: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  readonly data: object;
}

/** The event of a message. It is the same at every attempt. */
export function cloudEvent(
  { source, type }: Pick<CloudEvent, 'source' | 'type'>,
  data: object,
  { messageId, dueAt }: Delivery,
): CloudEvent {
  return {
    specversion: '1.0',
    id: messageId,
    source,
    type,
    time: dueAt.toISOString(),
    datacontenttype: 'application/json',
    data,
  };
}
