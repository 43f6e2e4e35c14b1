import type { OnApplicationShutdown } from '@nestjs/common';
import { RemoteServiceError } from '../../src/ddd/repository/index.js';
import type { CloudEvent } from './cloud-event.js';

/** What every broker has to know. */
export interface BrokerOptions {
  /** The `source` of its events: a URI or a path that names this program, such as `/orders`. */
  readonly source: string;
  /** Milliseconds that one publication may take, connecting included. Less than its consumer may take. */
  readonly timeoutMs?: number;
}

/**
 * Publishes events over one connection, which the first publication opens and the next one after a loss opens again. It
 * neither reconnects nor buffers by itself: the outbox keeps what is not published, and repeats it.
 */
export abstract class EventBroker<Connection = unknown> implements OnApplicationShutdown {
  readonly source: string;
  /** Errors name it. */
  protected abstract readonly name: string;
  protected readonly timeoutMs: number;
  #connection: Promise<Connection> | undefined;

  constructor({ source, timeoutMs = 5_000 }: BrokerOptions) {
    this.source = source;
    this.timeoutMs = timeoutMs;
  }

  /** @param onLost is to be called when the connection ends */
  protected abstract connect(onLost: () => void): Promise<Connection>;

  /**
   * Returns when the broker has confirmed that it stored the event.
   * @throws RemoteServiceError when it refused this event; any other error means that the connection is of no use
   */
  protected abstract send(connection: Connection, event: CloudEvent): Promise<void>;

  protected abstract disconnect(connection: Connection): Promise<void>;

  /** @throws RemoteServiceError when the broker has not confirmed in time that it stored the event */
  async publish(event: CloudEvent): Promise<void> {
    const connection = (this.#connection ??= this.#connect());
    try {
      await this.#inTime(connection.then((opened) => this.send(opened, event)));
    } catch (error) {
      if (error instanceof RemoteServiceError) throw error;
      // With what it buffered, because the outbox repeats that.
      this.#discard(connection);
      throw new RemoteServiceError(this.name, {
        transport: error instanceof Error ? error.message : String(error),
      });
    }
  }

  async onApplicationShutdown(): Promise<void> {
    const opened = await this.#connection?.catch(() => undefined);
    if (opened) await this.#inTime(this.disconnect(opened)).catch(() => undefined);
  }

  #connect(): Promise<Connection> {
    const connection: Promise<Connection> = this.connect(() => this.#forget(connection));
    return connection;
  }

  #forget(connection: Promise<Connection>): void {
    if (this.#connection === connection) this.#connection = undefined;
  }

  #discard(connection: Promise<Connection>): void {
    this.#forget(connection);
    connection.then((opened) => this.disconnect(opened)).catch(() => undefined);
  }

  async #inTime(work: Promise<void>): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`nothing within ${this.timeoutMs} ms`)), this.timeoutMs);
    });
    try {
      await Promise.race([work, limit]);
    } finally {
      clearTimeout(timer);
    }
  }
}
