import { InboxRecord } from '../worker/index.js';
import { OutboxAttempt } from './outbox-attempt.entity.js';
import { OutboxConsumer } from './outbox-consumer.entity.js';
import { OutboxCopy } from './outbox-copy.entity.js';
import { OutboxKey } from './outbox-key.entity.js';
import { OutboxMessage } from './outbox-message.entity.js';
import { OutboxSubscription } from './outbox-subscription.entity.js';
import { OutboxSchedule } from './schedule/outbox-schedule.entity.js';

/** The tables that the outbox needs: list them among the entities of a data source that does not find them by suffix. */
export const outboxEntities = [
  OutboxMessage,
  OutboxAttempt,
  OutboxConsumer,
  OutboxSubscription,
  OutboxCopy,
  OutboxKey,
  OutboxSchedule,
  InboxRecord,
];
