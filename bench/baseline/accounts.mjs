/**
 * The minimal program that signs users up and in as durably as we do: bare node:http, the same driver, the same Argon2id
 * parameters, the same limiter, and no framework, validation, log or delivery.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { hash, verify } from '@node-rs/argon2';
import { HandwrittenSqlite } from './handwritten-sqlite.mjs';

const { HashLimiter } = await import(process.env.HASH_LIMITER);
const password = JSON.parse(process.env.PASSWORD_SETTINGS);
const limiter = new HashLimiter({ password });
const argon2id = {
  memoryCost: password.memoryKib,
  timeCost: password.iterations,
  parallelism: password.parallelism,
};

const database = await HandwrittenSqlite.open('baseline.db');
for (const table of [
  `CREATE TABLE IF NOT EXISTS user (id varchar(36) PRIMARY KEY NOT NULL, name varchar(200) NOT NULL,
     surname varchar(200) NOT NULL, email varchar(254) NOT NULL UNIQUE, password varchar(200) NOT NULL,
     active boolean NOT NULL)`,
  `CREATE TABLE IF NOT EXISTS outbox (seq integer PRIMARY KEY AUTOINCREMENT, id varchar(36) NOT NULL UNIQUE,
     payload text, available_at bigint NOT NULL)`,
])
  await database.writer.execute(table);

const routes = {
  'GET /': async () => [200, { title: 'Floor', public: true }],
  'POST /user/': async (body) => {
    const hashed = await limiter.run(() => hash(body.password, argon2id));
    await database.write(async (unit) => {
      const { name, surname, email } = body;
      const created = await unit.run(
        'INSERT INTO user VALUES (?, ?, ?, ?, ?, 1) ON CONFLICT DO NOTHING',
        ...[randomUUID(), name, surname, email, hashed],
      );
      if (created)
        await unit.run(
          'INSERT INTO outbox (id, payload, available_at) VALUES (?, ?, ?)',
          ...[randomUUID(), JSON.stringify({ email, name }), Date.now()],
        );
    });
    return [200];
  },
  'POST /user/signin/': async (body) => {
    const user = await database.row('SELECT * FROM user WHERE email = ?', body.email);
    if (!user) return [404];
    if (!(await limiter.run(() => verify(user.password, body.password)))) return [401];
    return [200, { ...user, password: '...' }];
  },
};

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const route = routes[`${request.method} ${request.url}`];
  const body = chunks.length ? JSON.parse(String(Buffer.concat(chunks))) : undefined;
  const [status, view] = route ? await route(body).catch(() => [503]) : [404];
  const text = view ? JSON.stringify(view) : '';
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.once('SIGTERM', () => process.exit());
