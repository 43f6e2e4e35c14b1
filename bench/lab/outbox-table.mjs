import { connect } from '../baseline/handwritten-sqlite.mjs';

/** Opens a program's database for the duration of the work. */
export async function withDatabase(file, work) {
  const database = await connect(file);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Adds overdue welcome messages to the outbox; `done` of them are already delivered. */
export const addMessages = (database, { due, done = 0 }) =>
  database.execute(`
    WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${due + done})
    INSERT INTO outbox_message (id, topic, partition_key, payload, state, attempts, available_at, lease_token,
      created_at, changed_at, done_at)
    SELECT printf('%08x-0000-4000-8000-%012x', n * 2654435761 % 4294967296, n), 'notification.welcome', NULL,
      CASE WHEN n > ${done} THEN json_object('email', 'member' || n || '@example.com', 'name', 'Ada') END,
      CASE WHEN n > ${done} THEN 'pending' ELSE 'done' END, 0, unixepoch() * 1000, 0,
      unixepoch() * 1000, unixepoch() * 1000,
      CASE WHEN n > ${done} THEN NULL ELSE unixepoch() * 1000 END
    FROM number`);
