/** A fresh Nest application on the packed blocks: does one of each on SQLite or PostgreSQL, and prints what happened. */
import 'reflect-metadata';
import { setTimeout as sleep } from 'node:timers/promises';
import { Global, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { TypeOrmModule } from '@nestjs/typeorm';
import { components } from 'domain-blocks/component';
import {
  dataSourceOf,
  PostgresCommitSignal,
  postgresOptions,
  SqliteCommitSignal,
  sqliteOptions,
} from 'domain-blocks/drivers';
import { applyHttpRules, createLogger, HttpAdapter } from 'domain-blocks/http';
import { CommitSignal, outboxEntities, OutboxModule } from 'domain-blocks/outbox';
import { serveOpenApi } from 'domain-blocks/rest';
import { DataSource } from 'typeorm';
import { GreetingHandler, Note, NoteController, NoteResource, NoteWorker } from './note.js';

const [kind, address = ''] = process.argv.slice(2);
const isPostgres = kind === 'postgres';
const limits = { poolSize: 5, connectTimeoutMs: 5_000, statementTimeoutMs: 5_000 };
const entities = [Note, ...outboxEntities];
const options = { ...(isPostgres ? postgresOptions(address, limits) : sqliteOptions(address)), entities };

@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      useFactory: () => ({ ...options, synchronize: true }),
      dataSourceFactory: (given) => dataSourceOf(given ?? options).initialize(),
    }),
  ],
  providers: [
    {
      provide: CommitSignal,
      inject: [DataSource],
      useFactory: (dataSource: DataSource) =>
        isPostgres ? new PostgresCommitSignal(dataSource, address) : new SqliteCommitSignal(dataSource),
    },
  ],
  exports: [CommitSignal],
})
class DatabaseModule {}

const second = 1_000;
const courier = { concurrency: 5, leaseMs: 30 * second, sendTimeoutMs: 10 * second, retryForMs: 60 * second };

@Module({
  imports: [
    DatabaseModule,
    OutboxModule.with({
      inject: [],
      useFactory: () => ({ ...courier, shutdownGraceMs: second, retentionMs: 60 * second }),
    }),
  ],
  controllers: [NoteController],
  providers: components(NoteWorker, NoteResource, GreetingHandler).providers,
})
class AppModule {}

const app = await NestFactory.create<NestExpressApplication>(AppModule, new HttpAdapter(), {
  bodyParser: false,
  logger: ['error'],
});
applyHttpRules(
  app,
  { bodyLimitBytes: 16_384, shutdownGraceMs: second, keepAliveTimeoutMs: 65 * second },
  createLogger({ level: 'error', format: 'json' }),
);
serveOpenApi(app, () => undefined);
await app.listen(0, '127.0.0.1');

const worker = app.get(NoteWorker);
await worker.run(async ({ note, greeting }) => {
  await note.create({ id: '1', title: 'kept' });
  await greeting.send('kept');
});
const failed = worker.run(async ({ note, greeting }) => {
  await note.create({ id: '2', title: 'undone' });
  await greeting.send('undone');
  throw new Error('rolled back');
});
const rolledBack = await failed.then(String, ({ message }: Error) => message);

const { delivered } = app.get(GreetingHandler);
while (!delivered.length) await sleep(10);

const url = `${await app.getUrl()}/note/`;
const created = await fetch(url, {
  method: 'POST',
  body: JSON.stringify({ title: 'posted' }),
  headers: { 'Content-Type': 'application/json' },
});
const wrong = await fetch(url, {
  method: 'POST',
  body: '{}',
  headers: { 'Content-Type': 'application/json' },
});
const listed = (await (await fetch(`${url}?title[startsWithIgnoreCase]=P`)).json()) as { data: Note[] };
const titles = await worker.run(({ note }) => note.list({}, { order: { title: 'asc' } }));

console.log(
  JSON.stringify({
    titles: titles.map(({ title }) => title),
    rolledBack,
    delivered,
    created: created.status,
    wrong: wrong.status,
    listed: listed.data.map(({ title }) => title),
  }),
);
await app.close();
