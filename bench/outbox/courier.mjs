/** The product's own courier on a database of its own, in a process of its own. */
import { subscribe } from 'node:diagnostics_channel';
import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { built } from '../lab/built.mjs';

const { readSettings, Settings } = await import(built('src/config/settings.js'));
const { createCommitSignal } = await import(built('src/database/commit-signal.provider.js'));
const { createDataSource } = await import(built('src/database/data-source.js'));
const { CommitSignal, Delivers, outboxEntities, OutboxModule } = await import(
  built('src/ddd/outbox/index.js')
);

/** A data source with the tables of the outbox. */
export async function openOutbox(url) {
  const settings = readSettings({ DATABASE_URL: url });
  const dataSource = await createDataSource(settings.database, { entities: outboxEntities }).initialize();
  await dataSource.synchronize();
  return { settings, dataSource };
}

/** A handler of a topic, as a class with `@Delivers` is. */
export function handlerOf(consumption, deliver) {
  class Handler {
    deliver(payload, delivery) {
      return deliver(payload, delivery);
    }
  }
  Injectable()(Handler);
  Delivers(consumption)(Handler);
  return Handler;
}

/** Starts a courier with the handlers. @returns a function that stops it */
export async function startCourier({ settings, dataSource }, handlers) {
  const foundation = [
    { provide: Settings, useValue: settings },
    { provide: DataSource, useValue: dataSource },
    { provide: CommitSignal, useValue: createCommitSignal(dataSource, settings.database) },
  ];
  class Program {}
  Module({
    imports: [
      {
        module: class Foundation {},
        global: true,
        providers: foundation,
        exports: foundation.map(({ provide }) => provide),
      },
      OutboxModule.with({
        useFactory: () => ({
          ...settings.outbox,
          shutdownGraceMs: 1_000,
          sendTimeoutMs: 10_000,
          leaseMs: 30_000,
        }),
      }),
    ],
    providers: handlers,
  })(Program);
  const program = await NestFactory.createApplicationContext(Program, { logger: false });
  return () => program.close();
}

/** Calls back for each attempt whose result is written. */
export const onResult = (heard) => subscribe('outbox.attempt', heard);
