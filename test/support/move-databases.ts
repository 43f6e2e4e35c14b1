import { randomUUID } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { createSchema } from '../../src/database/schema/create-schema.js';
import { migrateSchema } from '../../src/database/schema/migrate-schema.js';
import { OutboxAttempt, OutboxMessage } from '../../src/ddd/outbox/index.js';
import { Permission, RefreshToken, Session } from '../../src/modules/session/index.js';
import { User } from '../../src/modules/user/index.js';
import type { TestDatabase } from './databases.js';

/** Connects with the tables in place, as the service does at its start. */
export async function withTables(database: TestDatabase): Promise<DataSource> {
  const dataSource = await database.connectWith();
  await (dataSource.options.type === 'postgres' ? migrateSchema(dataSource) : createSchema(dataSource));
  return dataSource;
}

/** Texts that a naive copy would change. */
export const awkward = ['', 'NULL', '{a,"b"}', '\\N\\', "O'Brien", 'é ≠ é', '名前 🧑‍🚀', ' x\t\n', '$1 %s ?'];

/** Accounts, each with a session, and a message in one of the states and, where it was tried, its attempts. */
export async function fill(source: DataSource, accounts: number): Promise<void> {
  const states = ['pending', 'leased', 'done', 'dead'] as const;
  for (let index = 0; index < accounts; index++) {
    const state = states[index % states.length]!;
    const id = randomUUID();
    const text = awkward[index % awkward.length]!;
    const accountId = randomUUID();
    await fillSession(source, accountId, index);
    await source.manager.insert(User, {
      id: accountId,
      name: text,
      surname: `${text}${index}`,
      email: `user${index}@example.com`,
      password: `$argon2id$v=19$m=64,t=2,p=1$salt${index}`,
      active: index % 3 === 0,
    });
    await source.manager.insert(OutboxMessage, {
      // The numbers have gaps, and some are past what a double holds.
      seq: index < 5 ? `900719925474099${index + 1}` : 10 * index,
      id,
      topic: 'welcome',
      partitionKey: index % 2 ? `user${index}` : null,
      payload: state === 'done' ? null : JSON.stringify({ name: text }),
      state,
      attempts: index % 4,
      availableAt: 1_700_000_000_000 + index,
      leaseOwner: state === 'leased' ? '1:dead' : null,
      leaseToken: index % 4,
      leaseUntil: state === 'leased' ? 4_000_000_000_000 : null,
      lastError: state === 'dead' ? text : null,
      createdAt: 1_600_000_000_000 + index,
      changedAt: 1_650_000_000_000 + index,
      doneAt: state === 'done' ? 1_700_000_000_001 : null,
    });
    for (let number = 1; number <= index % 4; number++)
      await source.manager.insert(OutboxAttempt, {
        messageId: id,
        number,
        startedAt: 1_700_000_000_000,
        duration: number,
        outcome: 'retry',
        status: number % 2 ? 503 : null,
        error: number % 2 ? null : text,
      });
  }
}

/** Every row as the driver reads it, with big integers as text and booleans as booleans. */
export async function contentOf(dataSource: DataSource): Promise<Record<string, unknown[]>> {
  const sqlite = dataSource.options.type !== 'postgres';
  const content: Record<string, unknown[]> = {};
  for (const { tableName, columns, primaryColumns } of dataSource.entityMetadatas) {
    // Registered consumers are not moved, nor are signing keys.
    if (['outbox_consumer', 'signing_key', 'limit_count'].includes(tableName)) continue;
    const values = columns.map(({ databaseName: name, type }) =>
      type === 'bigint' ? `CAST("${name}" AS TEXT) AS "${name}"` : `"${name}"`,
    );
    const order = primaryColumns.map(({ databaseName }) => `"${databaseName}"`).join(', ');
    const rows = await dataSource.query<Record<string, unknown>[]>(
      `SELECT ${values.join(', ')} FROM "${tableName}" ORDER BY ${order}`,
    );
    content[tableName] = rows.map((row) =>
      sqlite && 'active' in row ? { ...row, active: row['active'] === 1 } : row,
    );
  }
  return content;
}

/** A session, some of them over, with a refresh token and a permission. */
async function fillSession(source: DataSource, accountId: string, index: number): Promise<void> {
  const id = randomUUID();
  const isOver = index % 2 === 1;
  await source.manager.insert(Session, {
    id,
    accountId,
    client: awkward[index % awkward.length] ?? null,
    createdAt: 1_700_000_000_000,
    lastUsedAt: 1_700_000_000_001,
    expiresAt: 4_000_000_000_000,
    endedAt: isOver ? 1_700_000_000_002 : null,
    endReason: isOver ? 'signed-out' : null,
  });
  await source.manager.insert(RefreshToken, {
    hash: randomUUID(),
    sessionId: id,
    generation: index,
    usedAt: isOver ? 1_700_000_000_001 : null,
    successorSalt: isOver ? randomUUID() : null,
  });
  await source.manager.insert(Permission, { accountId, name: 'note:read', grantedAt: 1_700_000_000_000 });
}
