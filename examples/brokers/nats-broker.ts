import { jetstream, JetStreamApiError, jetstreamManager, RetentionPolicy } from '@nats-io/jetstream';
import type { JetStreamClient } from '@nats-io/jetstream';
import { connect, headers, nanos } from '@nats-io/transport-node';
import type { NatsConnection } from '@nats-io/transport-node';
import { RemoteServiceError } from '../../src/ddd/repository/index.js';
import { cloudEventType } from './cloud-event.js';
import type { CloudEvent } from './cloud-event.js';
import { EventBroker } from './event-broker.js';
import type { BrokerOptions } from './event-broker.js';

export interface NatsOptions extends BrokerOptions {
  /** Such as `nats://nats:4222`. */
  readonly servers: string | string[];
  /** The stream that keeps the events, under subjects that begin with its name. It is created if there is none. */
  readonly stream: string;
}

interface Opened {
  readonly connection: NatsConnection;
  readonly jetStream: JetStreamClient;
}

const hourMs = 3_600_000;

/** NATS JetStream. A repeat within an hour is not stored again. */
export class NatsBroker extends EventBroker<Opened> {
  protected readonly name = 'NATS';

  constructor(private readonly options: NatsOptions) {
    super(options);
  }

  protected override async connect(onLost: () => void): Promise<Opened> {
    const { servers, stream } = this.options;
    const { timeoutMs } = this;
    const connection = await connect({ servers, reconnect: false, timeout: timeoutMs });
    void connection.closed().then(onLost);
    try {
      const { streams } = await jetstreamManager(connection, { timeout: timeoutMs });
      const names = await streams.names(`${stream}.>`).next();
      if (!names.includes(stream))
        await streams.add({
          name: stream,
          subjects: [`${stream}.>`],
          retention: RetentionPolicy.Limits,
          duplicate_window: nanos(hourMs),
        });
      return { connection, jetStream: jetstream(connection, { timeout: timeoutMs }) };
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  protected override async send({ jetStream }: Opened, event: CloudEvent): Promise<void> {
    const { stream } = this.options;
    const contentType = headers();
    contentType.set('Content-Type', cloudEventType);
    try {
      await jetStream.publish(`${stream}.${event.type}`, JSON.stringify(event), {
        msgID: event.id,
        headers: contentType,
        expect: { streamName: stream },
      });
    } catch (error) {
      // It answered: the connection is fine, and others use it.
      if (error instanceof JetStreamApiError)
        throw new RemoteServiceError(this.name, { reason: error.message });
      throw error;
    }
  }

  protected override async disconnect({ connection }: Opened): Promise<void> {
    await connection.close();
  }
}
