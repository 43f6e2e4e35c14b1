/**
 * Records due messages of a topic in one statement; `done` of them are delivered already. Their ids ascend, so that
 * millions are written in a reasonable time.
 */
export async function recordMessages(dataSource, { topic, count, done = 0 }) {
  const isPostgres = dataSource.options.type === 'postgres';
  const numbers = isPostgres
    ? `generate_series(1, ${count + done}) AS number(n)`
    : `(WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < ${count + done})
        SELECT n FROM number)`;
  const now = Date.now();
  const id = isPostgres ? `'${now}-' || lpad(n::text, 12, '0')` : `printf('${now}-%012d', n)`;
  await dataSource.query(`
    INSERT INTO outbox_message (id, topic, payload, state, attempts, available_at, lease_token, created_at, changed_at,
      done_at)
    SELECT ${id}, '${topic}', CASE WHEN n > ${done} THEN '{"text":"hello"}' END,
      CASE WHEN n > ${done} THEN 'pending' ELSE 'done' END, 0, ${now}, 0, ${now}, ${now},
      CASE WHEN n > ${done} THEN NULL ELSE ${now} + n / 1000 END
    FROM ${numbers}`);
}
