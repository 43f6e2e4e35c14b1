export declare class RestartablePostgres {
  /** Of its own database, named postgres. */
  readonly url: string;
  /** With `durable`, commits survive a power cut, as in production. */
  static start(options?: { readonly durable?: boolean }): Promise<RestartablePostgres>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Restarts as a hot standby, which soon answers; `SELECT pg_promote()` makes it a primary again. */
  becomeStandby(): Promise<void>;
  /** Restarts with a certificate, and then refuses connections without TLS. */
  requireTls(identity: { readonly key: string; readonly certificate: string }): Promise<void>;
  remove(): Promise<void>;
}

/** The server of the tests: that of TEST_DATABASE_URL, or one of their own. */
export declare function startPostgres(): Promise<{ readonly url: string; stop(): Promise<void> }>;

/** Refuses what a PostgreSQL that root starts as another user could not enter. */
export declare function assertEnterable(folders: readonly string[], isRoot?: boolean): Promise<void>;
