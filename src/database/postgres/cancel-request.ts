import { once } from 'node:events';
import pg from 'pg';

/** A connection that runs a statement, with what `pg` knows about it and its types leave out. */
export type RunningClient = Pick<pg.Client, 'host' | 'port'> & {
  readonly ssl: NonNullable<pg.ConnectionConfig['ssl']>;
  readonly sslNegotiation: string;
  readonly processID: number;
  readonly secretKey: number;
};

/** The messages of the protocol before a session begins, which the types of `pg` leave out, too. */
interface Requester extends pg.Connection {
  connect(port: number, host: string): void;
  connect(path: string): void;
  requestSsl(): void;
  cancel(processID: number, secretKey: number): void;
}

/** How long the server may take to close the connection of a request. */
const timeoutMs = 5_000;

/**
 * Cancels the statement that a connection runs, by the CancelRequest of the protocol. A pooler passes it on, whereas
 * pg_cancel_backend() would take the process id that a pooler makes up for the id of another connection of the server.
 * Resolves once the server has closed the connection of the request, as it does when it has sent the signal.
 * (https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-CANCELING-REQUESTS)
 */
export async function requestCancel(client: RunningClient): Promise<void> {
  const { host, port, ssl, sslNegotiation } = client;
  const connection = new pg.Connection({ ssl, sslNegotiation } as pg.ConnectionConfig) as Requester;
  // What comes after the request is of no interest.
  connection.on('error', () => undefined);
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const ready = once(connection, ssl ? 'sslconnect' : 'connect', { signal });
    if (ssl && sslNegotiation !== 'direct') connection.once('connect', () => connection.requestSsl());
    if (host.startsWith('/')) connection.connect(`${host}/.s.PGSQL.${port}`);
    else connection.connect(port, host);
    await ready;
    const ended = once(connection, 'end', { signal });
    connection.cancel(client.processID, client.secretKey);
    await ended;
  } finally {
    connection.stream.destroy();
  }
}
