import { setTimeout as pause } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type pg from 'pg';
import type { DataSource } from 'typeorm';
import { postgresUrls } from '../../config/database-address.js';
import { CommitSignal } from '../../ddd/outbox/index.js';
import { primaryClient } from './primary-client.js';
import { PostgresSockets } from './postgres-sockets.js';
import { withExplicitSslMode } from './ssl-mode.js';

const channel = 'outbox';
/** How long commits are collected into one announcement. */
const batchDelayMs = 10;
const reconnectDelayMs = 1_000;
const connectTimeoutMs = 5_000;

/**
 * LISTEN and NOTIFY. The announcement is sent after the commit, on its own: inside a transaction it would make all
 * commits of the server queue for one lock. The listener has a dedicated connection.
 */
export class PostgresCommitSignal extends CommitSignal {
  readonly #logger = new Logger(PostgresCommitSignal.name);
  #announcing: Promise<void> | undefined;

  readonly #url: string;
  readonly #Client: typeof pg.Client;

  constructor(
    private readonly dataSource: DataSource,
    url: string,
  ) {
    super();
    const urls = postgresUrls(withExplicitSslMode(url));
    this.#url = urls[0];
    this.#Client = primaryClient(urls);
  }

  announce(): Promise<void> {
    this.#announcing ??= this.#announceSoon();
    return this.#announcing;
  }

  listen(heard: () => void): () => Promise<void> {
    const stopping = new AbortController();
    const listening = this.#listen(heard, stopping.signal);
    return async () => {
      stopping.abort();
      await listening;
    };
  }

  async #announceSoon(): Promise<void> {
    await pause(batchDelayMs);
    this.#announcing = undefined;
    await this.dataSource.query(`SELECT pg_notify('${channel}', '')`);
  }

  async #listen(heard: () => void, stopping: AbortSignal): Promise<void> {
    while (!stopping.aborted) {
      await this.#listenOnce(heard, stopping);
      await pause(reconnectDelayMs, undefined, { signal: stopping }).catch(() => undefined);
    }
  }

  /** Listens until the connection is lost or the signal aborts. Neither waits for a server that does not respond. */
  async #listenOnce(heard: () => void, stopping: AbortSignal): Promise<void> {
    const sockets = new PostgresSockets();
    const client = new this.#Client({
      connectionString: this.#url,
      application_name: 'account-service listener',
      connectionTimeoutMillis: connectTimeoutMs,
      query_timeout: connectTimeoutMs,
      keepAlive: true,
      stream: sockets.create,
    });
    let end = () => {};
    const ended = new Promise<void>((resolve) => (end = resolve));
    client.on('end', end).on('error', end).on('notification', heard);
    stopping.addEventListener('abort', end);
    try {
      await Promise.race([this.#subscribe(client, heard), ended]);
      await ended;
    } catch {
      this.#logger.debug('The listener could not connect, and will retry');
    } finally {
      stopping.removeEventListener('abort', end);
      await sockets.end(() => client.end()).catch(() => undefined);
    }
  }

  async #subscribe(client: pg.Client, heard: () => void): Promise<void> {
    await client.connect();
    await client.query(`LISTEN ${channel}`);
    // Catches up with announcements made without a listener.
    heard();
  }
}
