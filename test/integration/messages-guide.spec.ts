/**
 * docs/guide/messages.md, whose code is here: an event with two consumers, a reminder in an hour, a job at night, and an
 * effect that is there exactly once.
 * Real: an SQLite database, the courier, Nest. Fake: the mails, which are counted, the clock, which tests advance, and the
 * brokers, which test/faults/brokers.spec.ts tries.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { Injectable } from '@nestjs/common';
import { DiscoveryModule, DiscoveryService } from '@nestjs/core';
import { ApiProperty } from '@nestjs/swagger';
import { Test } from '@nestjs/testing';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Column, DataSource, Entity, PrimaryColumn } from 'typeorm';
import { NatsBroker } from '../../examples/brokers/nats-broker.js';
import { publishTo } from '../../examples/brokers/publish-to.js';
import { RabbitMqBroker } from '../../examples/brokers/rabbitmq-broker.js';
import { Delivers, Every, OutboxRepository, OutboxSchedule } from '../../src/ddd/outbox/index.js';
import type { Delivery, MessageHandler, Tick } from '../../src/ddd/outbox/index.js';
import { SqlTableRepository } from '../../src/ddd/repository/index.js';
import { SqlWorker } from '../../src/ddd/worker/index.js';
import { asyncApiOf } from '../../src/openapi/asyncapi.js';
import { RunningCourier } from '../support/courier.js';
import { outboxEntities } from '../support/letters.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

const hour = 3_600_000;

@Entity('order')
class Order {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('varchar', { length: 254 })
  email!: string;
}

@Entity('invoice')
class Invoice {
  @PrimaryColumn('varchar', { length: 36 })
  id!: string;

  @Column('varchar', { name: 'order_id', length: 36 })
  orderId!: string;
}

/** Mails that were sent, by their keys. */
@Injectable()
class Mails {
  readonly sent: string[] = [];

  async send(to: string, text: string, key: string): Promise<void> {
    expect(key).toHaveLength(36);
    this.sent.push(`${to}: ${text}`);
  }
}

interface OrderPlaced {
  readonly id: string;
  readonly email: string;
}

class OrderPlacedRepository extends OutboxRepository<OrderPlaced> {
  protected readonly topic = 'order.placed';

  record({ id, email }: Order): Promise<string> {
    return this.add({ id, email });
  }
}

interface Reminder {
  readonly id: string;
  readonly email: string;
}

class ReminderRepository extends OutboxRepository<Reminder> {
  protected readonly topic = 'order.reminder';

  record({ id, email }: Order): Promise<string> {
    return this.add({ id, email }, { afterMs: hour, key: id });
  }

  /** @returns false when it has been sent */
  withdraw(orderId: string): Promise<boolean> {
    return this.cancel(orderId);
  }
}

class OrderWorker extends SqlWorker.with({
  order: SqlTableRepository.of(Order),
  placed: OrderPlacedRepository,
  reminder: ReminderRepository,
}) {
  place(order: Order): Promise<void> {
    return this.run(async ({ order: orders, placed, reminder }) => {
      await orders.create(order);
      await placed.record(order);
      await reminder.record(order);
    });
  }

  pay({ id }: Order): Promise<boolean> {
    return this.run(({ reminder }) => reminder.withdraw(id));
  }
}

class InvoiceWorker extends SqlWorker.with({ invoice: SqlTableRepository.of(Invoice) }) {}

@Injectable()
@Delivers('order.placed')
class ConfirmationHandler implements MessageHandler<OrderPlaced> {
  constructor(private readonly mails: Mails) {}

  async deliver({ id, email }: OrderPlaced, { key }: Delivery): Promise<void> {
    await this.mails.send(email, `We have your order ${id}`, key);
  }
}

@Injectable()
@Delivers({ topic: 'order.placed', consumer: 'invoices', exactlyOnce: true })
class InvoiceHandler implements MessageHandler<OrderPlaced> {
  constructor(private readonly worker: InvoiceWorker) {}

  async deliver({ id }: OrderPlaced): Promise<void> {
    await this.worker.run(({ invoice }) => invoice.create({ id: randomUUID(), orderId: id }));
  }
}

@Injectable()
@Delivers('order.reminder')
class ReminderHandler implements MessageHandler<Reminder> {
  constructor(private readonly mails: Mails) {}

  async deliver({ id, email }: Reminder, { key }: Delivery): Promise<void> {
    await this.mails.send(email, `Please pay your order ${id}`, key);
  }
}

@Injectable()
class DailyReport {
  constructor(private readonly mails: Mails) {}

  @Every('0 3 * * *', { zone: 'Europe/Berlin' })
  async send({ tick }: Tick, { key }: Delivery): Promise<void> {
    await this.mails.send('accounting@example.com', `Report of ${tick.slice(0, 10)}`, key);
  }
}

const OrdersToNats = publishTo(NatsBroker, { topic: 'order.placed', consumer: 'nats' });
const OrdersToRabbitMq = publishTo(RabbitMqBroker, { topic: 'order.placed', consumer: 'rabbitmq' });

const natsBroker = {
  provide: NatsBroker,
  useFactory: () => new NatsBroker({ source: '/orders', servers: 'nats://127.0.0.1:4222', stream: 'events' }),
};
const rabbitMqBroker = {
  provide: RabbitMqBroker,
  useFactory: () => new RabbitMqBroker({ source: '/orders', url: 'amqp://127.0.0.1', exchange: 'events' }),
};

class Payment {
  @ApiProperty()
  readonly orderId!: string;

  @ApiProperty({ type: 'integer' })
  readonly cents!: number;
}

@Injectable()
@Delivers({ topic: 'order.paid', schema: Payment })
class PaymentHandler implements MessageHandler<Payment> {
  constructor(private readonly mails: Mails) {}

  async deliver({ orderId, cents }: Payment, { key }: Delivery): Promise<void> {
    await this.mails.send('accounting@example.com', `${cents} cents for ${orderId}`, key);
  }
}

const consumers = [ConfirmationHandler, InvoiceHandler, ReminderHandler, DailyReport, PaymentHandler];

const entities = [Order, Invoice];
const order = { id: 'order-1', email: 'ada@example.com' };

describe('docs/guide/messages.md', () => {
  const database = useDatabase('sqlite', [...outboxEntities, ...entities], { perTest: true });
  let courier: RunningCourier;

  beforeEach(async () => {
    courier = await RunningCourier.start(database, {
      entities,
      handlers: [...consumers, Mails, OrderWorker, InvoiceWorker],
    });
  });
  afterEach(() => courier.stop());

  const sent = () => courier.get(Mails).sent;
  const invoices = () => courier.dataSource.manager.find(Invoice);
  const isSettled = async (queue: string) =>
    until(`${queue} is done`, async () => {
      const rows = await courier.dataSource.query<unknown[]>(
        `SELECT 1 FROM outbox_message WHERE topic = '${queue}' AND state <> 'done'`,
      );
      return !rows.length;
    });

  it('an event reaches both consumers, and one of them has its effect once although it is delivered twice', async () => {
    await courier.get(OrderWorker).place(order);
    await isSettled('order.placed');
    await isSettled('order.placed#invoices');
    expect(sent()).toEqual(['ada@example.com: We have your order order-1']);
    await courier.dataSource.query(
      `UPDATE outbox_message SET state = 'pending', payload = '{"id":"order-1"}' WHERE topic = 'order.placed#invoices'`,
    );
    courier.pass(0);
    await isSettled('order.placed#invoices');
    expect(await invoices()).toMatchObject([{ orderId: 'order-1' }]);
  });

  it('a reminder is sent in an hour, unless it is withdrawn', async () => {
    const orders = courier.get(OrderWorker);
    await orders.place(order);
    await orders.place({ ...order, id: 'order-2' });
    expect(await orders.pay(order)).toBe(true);
    courier.pass(hour + 1_000);
    await until('a reminder is sent', () => sent().some((mail) => mail.includes('pay')));
    expect(sent().filter((mail) => mail.includes('pay'))).toEqual([
      'ada@example.com: Please pay your order order-2',
    ]);
    expect(await orders.pay({ ...order, id: 'order-2' })).toBe(false);
  });

  it('a job runs at night', async () => {
    const { manager } = courier.dataSource;
    await until('its schedule is known', () => manager.existsBy(OutboxSchedule, {}));
    courier.pass(24 * hour);
    await until('it has run', () => sent().length);
    expect(sent()).toEqual([expect.stringMatching(/^accounting@example.com: Report of \d{4}-\d\d-\d\d$/)]);
  });

  it('work is done once for a key', async () => {
    const invoices = courier.get(InvoiceWorker);
    for (const reference of ['a', 'b', 'a']) {
      await invoices.idempotently(`imported ${reference}`, ({ invoice }) =>
        invoice.create({ id: randomUUID(), orderId: reference }),
      );
    }
    expect(await courier.dataSource.manager.count(Invoice)).toBe(2);
  });

  it('the topics are described with their payloads and all their consumers', async () => {
    const program = await Test.createTestingModule({
      imports: [DiscoveryModule],
      providers: [
        ...[...consumers, Mails, InvoiceWorker, { provide: DataSource, useValue: {} }],
        ...[natsBroker, rabbitMqBroker, OrdersToNats, OrdersToRabbitMq],
      ],
    }).compile();
    const document = await asyncApiOf(program.get(DiscoveryService));
    const { channels, operations, components } = document;
    expect(channels['order.paid']?.messages.message.payload).toEqual({
      $ref: '#/components/schemas/Payment',
    });
    expect(components.schemas).toHaveProperty('Payment.properties.cents.type', 'integer');
    const received = Object.entries(operations).filter(([, { channel }]) =>
      channel.$ref.endsWith('order.placed'),
    );
    expect(received.map(([queue]) => queue).sort()).toEqual([
      'order.placed',
      'order.placed#invoices',
      'order.placed#nats',
      'order.placed#rabbitmq',
    ]);
  });

  it('quotes code of this file, word for word', () => {
    const flat = (text: string) => text.trim().replaceAll(/\n\s*/g, '\n');
    const guide = readFileSync('docs/guide/messages.md', 'utf8');
    const quotations = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, quotation = '']) => flat(quotation));
    const source = flat(readFileSync(import.meta.filename, 'utf8'));
    expect(quotations).toHaveLength(9);
    expect(quotations.filter((quotation) => !source.includes(quotation))).toEqual([]);
  });
});
