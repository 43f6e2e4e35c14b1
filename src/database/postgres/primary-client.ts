import pg from 'pg';
import { isLoginRefused } from '../../ddd/repository/index.js';

/** As of a client's options, with the addresses that may be the primary in place of one. */
type ClientClass = typeof pg.Client;
type Server = Pick<pg.Client, 'host' | 'port'>;

/** A SQLSTATE, because callers judge a refused connection by its code: the server cannot be used now. */
const cannotConnectNow = '57P03';

class NoPrimaryError extends Error {
  readonly code = cannotConnectNow;

  constructor(cause?: unknown) {
    super('None of the servers of DATABASE_URL is a primary that responds', { cause });
  }
}

/**
 * A client for several servers, of which one is the primary: `pg` itself knows one. It connects to the server that was the
 * primary last, and looks for another one once that fails, by connecting to all of them at once.
 * @param urls of the same database, one for each server
 */
export function primaryClient(urls: readonly [string, ...string[]]): ClientClass {
  if (urls.length === 1) return pg.Client;
  let primary: Promise<Server> | undefined;

  return class PrimaryClient extends pg.Client {
    readonly #config: pg.ClientConfig;

    constructor(config: pg.ClientConfig = {}) {
      super(config);
      this.#config = config;
      // The pool listens only when the connection is ready; a loss before that rejects `connect`.
      this.on('error', () => undefined);
    }

    override connect(): Promise<pg.Client>;
    override connect(callback: ((error: Error) => void) | ((error: null, client: pg.Client) => void)): void;
    override connect(callback?: (error: never, client: never) => void): Promise<pg.Client> | void {
      const connected = this.#connect();
      if (!callback) return connected;
      const report = callback as (error: unknown, client?: pg.Client) => void;
      connected.then((client) => report(null, client), report);
    }

    async #connect(): Promise<pg.Client> {
      primary ??= findPrimary(urls, this.#config);
      const used = primary;
      try {
        Object.assign(this, await used);
        await super.connect();
        if (!(await isPrimary(this))) throw new NoPrimaryError();
        return this;
      } catch (error) {
        // Another connection may have found a new one meanwhile.
        if (primary === used) primary = undefined;
        void this.end();
        throw error;
      }
    }
  };
}

/** The first server to say that it is the primary. */
async function findPrimary(urls: readonly string[], config: pg.ClientConfig): Promise<Server> {
  const probes = urls.map((connectionString) =>
    new pg.Client({ ...config, connectionString }).on('error', () => undefined),
  );
  const asked = probes.map(async (probe) => {
    await probe.connect();
    if (!(await isPrimary(probe))) throw new NoPrimaryError();
    return { host: probe.host, port: probe.port };
  });
  try {
    return await Promise.any(asked);
  } catch (error) {
    throw (error as AggregateError).errors.find(isLoginRefused) ?? new NoPrimaryError(error);
  } finally {
    for (const probe of probes) void probe.end();
  }
}

async function isPrimary(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ standby: boolean }>('SELECT pg_is_in_recovery() AS standby');
  return rows[0]?.standby === false;
}
