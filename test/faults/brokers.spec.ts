/**
 * Messages that are published to a broker, which is killed under load, stalls, and has no queue. BROKER_KILLS says how
 * often it is killed.
 * Real: NATS and RabbitMQ of Debian (skipped aloud where they are not installed), the consumers of examples/brokers, the
 * courier, SQLite. Fake: the clock, which the test advances so that retries are due.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats } from '@nats-io/transport-node';
import { connect as connectRabbit } from 'amqplib';
import { Injectable } from '@nestjs/common';
import type { Provider } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { CloudEvent } from '../../examples/brokers/cloud-event.js';
import { NatsBroker } from '../../examples/brokers/nats-broker.js';
import { publishTo } from '../../examples/brokers/publish-to.js';
import { RabbitMqBroker } from '../../examples/brokers/rabbitmq-broker.js';
import { Delivers, OutboxAttempt, OutboxMessage } from '../../src/ddd/outbox/index.js';
import type { MessageHandler } from '../../src/ddd/outbox/index.js';
import { BrokerServer, NatsServer, RabbitServer } from '../support/broker-servers.js';
import { RunningCourier } from '../support/courier.js';
import { letterTopic, outboxEntities, parcelTopic, PostWorker } from '../support/letters.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const stream = 'events';
/** How many messages the load leaves unpublished. */
const maxWaiting = 100;
const options = { source: '/post', timeoutMs: 2_000 };

interface Stored {
  readonly id: string;
  readonly contentType: string;
  readonly event: CloudEvent;
}

interface Broker {
  readonly name: string;
  readonly server: { readonly isInstalled: boolean; create(): Promise<BrokerServer> };
  readonly kills: number;
  /** Whether it stores a repeat only once. */
  readonly isExact: boolean;
  readonly publisher: typeof NatsBroker | typeof RabbitMqBroker;
  /** @param url of the server */
  provide(url: string): Provider;
  /** Takes events in for a topic, as those who read them do. */
  subscribe(url: string, topic: string): Promise<void>;
  /** What it has stored. */
  read(url: string): Promise<Stored[]>;
}

/** By default as often as CI has time for: RabbitMQ takes seconds to start. */
const killsOr = (usual: number) => Number(process.env['BROKER_KILLS'] ?? usual);

const brokers: Broker[] = [
  {
    name: 'NATS JetStream',
    server: NatsServer,
    kills: killsOr(3),
    isExact: true,
    publisher: NatsBroker,
    provide: (servers) => ({
      provide: NatsBroker,
      useFactory: () => new NatsBroker({ ...options, servers, stream }),
    }),
    subscribe: async () => undefined,
    read: async (servers) => {
      const connection = await connectNats({ servers });
      const { state } = await (await jetstreamManager(connection)).streams.info(stream);
      const consumer = await jetstream(connection).consumers.get(stream);
      const stored: Stored[] = [];
      while (stored.length < state.messages) {
        const batch = await consumer.fetch({ max_messages: Math.min(500, state.messages - stored.length) });
        for await (const message of batch)
          stored.push({
            id: message.headers?.get('Nats-Msg-Id') ?? '',
            contentType: message.headers?.get('Content-Type') ?? '',
            event: message.json<CloudEvent>(),
          });
      }
      await connection.close();
      return stored;
    },
  },
  {
    name: 'RabbitMQ',
    server: RabbitServer,
    kills: killsOr(1),
    isExact: false,
    publisher: RabbitMqBroker,
    provide: (url) => ({
      provide: RabbitMqBroker,
      useFactory: () => new RabbitMqBroker({ ...options, url, exchange: stream }),
    }),
    subscribe: async (url, topic) => {
      const connection = await connectRabbit(url);
      const channel = await connection.createChannel();
      await channel.assertExchange(stream, 'topic', { durable: true });
      await channel.assertQueue('reader', { durable: true });
      await channel.bindQueue('reader', stream, topic);
      await connection.close();
    },
    read: async (url) => {
      const connection = await connectRabbit(url);
      const channel = await connection.createChannel();
      const stored: Stored[] = [];
      for (;;) {
        const message = await channel.get('reader');
        if (!message) break;
        const { messageId, contentType } = message.properties;
        const event = JSON.parse(message.content.toString()) as CloudEvent;
        stored.push({ id: String(messageId), contentType: String(contentType), event });
      }
      await connection.close();
      return stored;
    },
  },
];

/** Another consumer, whose copies have the ids of the messages. */
@Injectable()
@Delivers(letterTopic)
class Mailing implements MessageHandler {
  async deliver(): Promise<void> {}
}

for (const { name, server } of brokers)
  if (!server.isInstalled)
    process.stderr.write(`SKIPPED: publishing to ${name}, because there is no ${name} of Debian here\n`);

describe.each(brokers)('A consumer that publishes to $name', (broker) => {
  if (!broker.server.isInstalled) {
    it.skip(`is not tried, because there is no ${broker.name} of Debian here`, () => undefined);
    return;
  }
  const database = useDatabase('sqlite', outboxEntities, { perTest: true });
  let server: BrokerServer;
  let courier: RunningCourier;
  /** Ids and texts of what was recorded. */
  let recorded: Map<string, string>;

  beforeAll(async () => {
    server = await broker.server.create();
  });
  beforeEach(async () => {
    await server.start();
    recorded = new Map();
    courier = await RunningCourier.start(database, {
      handlers: [
        Mailing,
        PostWorker,
        broker.provide(server.url),
        publishTo(broker.publisher, { topic: letterTopic, consumer: 'broker' }),
        publishTo(broker.publisher, { topic: parcelTopic }),
      ],
    });
    await broker.subscribe(server.url, letterTopic);
  });
  afterEach(async () => {
    await courier.stop();
    await server.kill();
  });
  afterAll(() => server?.remove());

  const record = async (...texts: string[]) => {
    const ids = await courier.get(PostWorker).run(async ({ letter }) => {
      const ids: [string, string][] = [];
      for (const text of texts) ids.push([await letter.record(text), text]);
      return ids;
    });
    for (const [id, text] of ids) recorded.set(id, text);
  };
  const countBy = (state: OutboxMessage['state']) =>
    courier.dataSource.manager.countBy(OutboxMessage, { topic: `${letterTopic}#broker`, state });
  const failures = async () => {
    const retry = await courier.dataSource.manager.findBy(OutboxAttempt, { outcome: 'retry' });
    return retry.map(({ error }) => error);
  };
  const errorOfWaiting = async () => {
    const rows: { lastError: string }[] = await courier.dataSource.query(
      `SELECT last_error AS "lastError" FROM outbox_message WHERE state = 'pending' AND last_error IS NOT NULL LIMIT 1`,
    );
    return rows[0]?.lastError;
  };
  /** Waits until an attempt has failed. @returns what operators see of it */
  const failure = async () => {
    let error: string | undefined;
    await until('an attempt fails', async () => (error = await errorOfWaiting()));
    return error;
  };
  /** Waits while the clock goes ten times as fast, for what is retried. */
  const untilRetried = (what: string, holds: () => Promise<boolean>) =>
    until(
      what,
      async () => {
        courier.pass(1_000);
        await pause(100);
        return holds();
      },
      300_000,
    );
  const allPublished = () =>
    untilRetried('every message is published', async () => (await countBy('done')) === recorded.size);

  it(
    'loses none that is recorded while it is killed again and again',
    async () => {
      const load = { goesOn: true };
      const recording = (async () => {
        for (let batch = 0; load.goesOn; batch++) {
          // A machine that is slower than the load would never catch up.
          while (load.goesOn && recorded.size - (await countBy('done')) > maxWaiting) await pause(50);
          await record(...Array.from({ length: 5 }, (_, index) => `${batch}.${index}`));
          await pause(20);
        }
      })();
      for (let round = 0; round < broker.kills; round++) {
        const before = await countBy('done');
        await until('some are published', async () => (await countBy('done')) > before + 20);
        const failed = (await failures()).length;
        await server.kill();
        await until('an attempt fails', async () => (await failures()).length > failed);
        const published = await countBy('done');
        await server.start();
        await untilRetried('some are published again', async () => (await countBy('done')) > published);
      }
      load.goesOn = false;
      await recording;
      await allPublished();

      const stored = await broker.read(server.url);
      const byId = new Map(stored.map((each) => [each.id, each]));
      expect([...recorded.keys()].filter((id) => !byId.has(id))).toEqual([]);
      expect([...byId.keys()].filter((id) => !recorded.has(id))).toEqual([]);
      if (broker.isExact) expect(stored).toHaveLength(recorded.size);
      for (const { id, contentType, event } of stored) {
        expect(contentType).toBe('application/cloudevents+json');
        expect(event).toEqual({
          specversion: '1.0',
          id,
          source: '/post',
          type: letterTopic,
          time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
          datacontenttype: 'application/json',
          data: { text: recorded.get(id) },
        });
      }
      const errors = new Set(await failures());
      for (const error of errors) expect(error).toMatch(/^(NATS|RabbitMQ) did not answer \(.+\)$/);
      if (process.env['BROKER_KILLS'])
        process.stderr.write(
          `${broker.name}: killed ${broker.kills} times, ${recorded.size} recorded, ${byId.size} of them stored, ` +
            `${stored.length - byId.size} repeated; ${[...errors].join('; ')}\n`,
        );
    },
    600_000 + broker.kills * 60_000,
  );

  it('gives up an attempt that it does not answer, and repeats it', async () => {
    await record('before');
    await allPublished();
    const goOn = server.stall();
    try {
      await record('while it stalls');
      expect(await failure()).toMatch(/did not answer \(.+\)$/);
    } finally {
      goOn();
    }
    await allPublished();
    const ids = new Set((await broker.read(server.url)).map(({ id }) => id));
    expect([...recorded.keys()].filter((id) => !ids.has(id))).toEqual([]);
  });

  if (broker.publisher !== RabbitMqBroker) return;

  it('repeats an event that no queue is bound for until one is', async () => {
    await courier.get(PostWorker).run(({ parcel }) => parcel.record('fragile'));
    expect(await failure()).toBe(`RabbitMQ failed: no queue of ${stream} is bound for ${parcelTopic}`);
    await broker.subscribe(server.url, parcelTopic);
    await untilRetried('it is published', () =>
      courier.dataSource.manager.existsBy(OutboxMessage, { topic: parcelTopic, state: 'done' }),
    );
    const events = (await broker.read(server.url)).map(({ event }) => event);
    expect(events).toContainEqual(expect.objectContaining({ type: parcelTopic, data: { text: 'fragile' } }));
  });
});
