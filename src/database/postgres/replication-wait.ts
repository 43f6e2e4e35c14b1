import type pg from 'pg';

/** The function of PostgreSQL that reports it, whatever the language of its messages. */
const waitForStandby = 'SyncRepWaitForLSN';
/** SQLSTATE transaction_resolution_unknown. */
const resolutionUnknown = '08007';

const watched = new WeakSet<pg.Client>();
const unconfirmed = new WeakSet<pg.Client>();

/** A change is committed, but a fail-over to the standby may lose it. */
class UnconfirmedCommitError extends Error {
  readonly code = resolutionUnknown;

  constructor() {
    super('The wait for the synchronous standby was cancelled, so the standby may not have this commit');
  }
}

/**
 * Notes when pg_cancel_backend() ends a connection's wait for its synchronous standby. PostgreSQL then only warns, and
 * reports the commit as a success. (https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION)
 */
export function watchReplication(client: pg.Client): void {
  if (watched.has(client)) return;
  watched.add(client);
  client.on('notice', ({ routine }) => {
    if (routine === waitForStandby) unconfirmed.add(client);
  });
}

/** @throws UnconfirmedCommitError if the statement that has just ended was committed without its standby */
export function assertReplicated(client: pg.Client): void {
  if (unconfirmed.delete(client)) throw new UnconfirmedCommitError();
}
