import type { EntityManager } from 'typeorm';
import { OutboxKey } from './outbox-key.entity.js';
import { returnedRows } from './returned-rows.js';

export interface RecordedKey {
  readonly topic: string;
  readonly key: string;
}

/** @throws RangeError */
export function assertKey(key: string): void {
  if (key === '' || key.length > 200)
    throw new RangeError(`The key of a message must have 1 to 200 characters, not ${key.length}`);
}

/**
 * Takes a key for a message.
 * @returns the id of the message that has it already; undefined when it is taken now
 */
export async function takeKey(
  manager: EntityManager,
  { topic, key }: RecordedKey,
  messageId: string,
): Promise<string | undefined> {
  const taken: unknown[] = await manager.sql`
    INSERT INTO outbox_key (topic, key, message_id) VALUES (${topic}, ${key}, ${messageId})
    ON CONFLICT (topic, key) DO NOTHING RETURNING key`;
  if (taken.length) return undefined;
  return (await manager.findOneByOrFail(OutboxKey, { topic, key })).messageId;
}

/** Discards the copies that wait, and frees their key. @returns whether one waited */
export async function cancelByKey(
  manager: EntityManager,
  { topic, key }: RecordedKey,
  now: number,
): Promise<boolean> {
  const cancelled = await returnedRows(
    manager.dataSource,
    manager.sql`
      UPDATE outbox_message SET state = 'discarded', payload = NULL, done_at = ${now}, changed_at = ${now}
      WHERE state = 'pending' AND id IN (
        SELECT message_id FROM outbox_key WHERE topic = ${topic} AND key = ${key}
        UNION SELECT copy.message_id FROM outbox_copy copy JOIN outbox_key own ON own.message_id = copy.recorded_id
        WHERE own.topic = ${topic} AND own.key = ${key})
      RETURNING id`,
  );
  if (cancelled.length) await manager.delete(OutboxKey, { topic, key });
  return cancelled.length > 0;
}

/** Frees the keys of messages of which no copy is left. @param ids of the rows that were deleted */
export async function freeKeys(manager: EntityManager, ids: readonly string[]): Promise<void> {
  const copies: { id: string }[] = await manager.sql`
    SELECT DISTINCT recorded_id AS id FROM outbox_copy WHERE message_id IN (${() => ids})`;
  await manager.sql`DELETE FROM outbox_copy WHERE message_id IN (${() => ids})`;
  const recorded = [...new Set([...ids, ...copies.map(({ id }) => id)])];
  await manager.sql`
    DELETE FROM outbox_key WHERE message_id IN (${() => recorded})
      AND NOT EXISTS (SELECT 1 FROM outbox_message WHERE id = outbox_key.message_id)
      AND NOT EXISTS (SELECT 1 FROM outbox_copy WHERE recorded_id = outbox_key.message_id)`;
}
