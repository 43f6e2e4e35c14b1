import { connect } from 'amqplib';
import type { ChannelModel, ConfirmChannel } from 'amqplib';
import { RemoteServiceError } from '../../src/ddd/repository/index.js';
import { cloudEventType } from './cloud-event.js';
import type { CloudEvent } from './cloud-event.js';
import { EventBroker } from './event-broker.js';
import type { BrokerOptions } from './event-broker.js';

export interface RabbitMqOptions extends BrokerOptions {
  /** Such as `amqp://orders:secret@rabbitmq`. */
  readonly url: string;
  /** The topic exchange of the events, durable. It is created if there is none; queues are bound by who reads them. */
  readonly exchange: string;
}

interface Opened {
  readonly connection: ChannelModel;
  readonly channel: ConfirmChannel;
  /** Ids of events that no queue took. The broker says so before it confirms them. */
  readonly unroutable: Set<string>;
}

/** RabbitMQ. An event counts as published when a queue has it on disk, so one that no queue is bound for is repeated. */
export class RabbitMqBroker extends EventBroker<Opened> {
  protected readonly name = 'RabbitMQ';

  constructor(private readonly options: RabbitMqOptions) {
    super(options);
  }

  protected override async connect(onLost: () => void): Promise<Opened> {
    const { url, exchange } = this.options;
    const connection = await connect(url, { timeout: this.timeoutMs });
    // Without a listener an error ends the process; the end of the connection follows it.
    connection.on('error', () => undefined);
    connection.on('close', onLost);
    try {
      const channel = await connection.createConfirmChannel();
      channel.on('error', () => undefined);
      channel.on('close', onLost);
      const unroutable = new Set<string>();
      channel.on('return', ({ properties }) => unroutable.add(String(properties.messageId)));
      await channel.assertExchange(exchange, 'topic', { durable: true });
      return { connection, channel, unroutable };
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  protected override async send({ channel, unroutable }: Opened, event: CloudEvent): Promise<void> {
    const { exchange } = this.options;
    const properties = {
      mandatory: true,
      persistent: true,
      messageId: event.id,
      type: event.type,
      contentType: cloudEventType,
      timestamp: Math.floor(Date.parse(event.time) / 1_000),
    };
    const body = Buffer.from(JSON.stringify(event));
    await new Promise<void>((resolve, reject) => {
      channel.publish(exchange, event.type, body, properties, (error: Error | null) =>
        error ? reject(error) : resolve(),
      );
    });
    if (unroutable.delete(event.id))
      throw new RemoteServiceError(this.name, {
        reason: `no queue of ${exchange} is bound for ${event.type}`,
      });
  }

  protected override async disconnect({ connection }: Opened): Promise<void> {
    await connection.close();
  }
}
