export declare class RestartablePostgres {
  /** Of its own database, named postgres. */
  readonly url: string;
  /** `durable` keeps commits over a power cut, as a server of users must. */
  static start(options?: { readonly durable?: boolean }): Promise<RestartablePostgres>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Restarts as a hot standby, which soon answers; `SELECT pg_promote()` makes it a primary again. */
  becomeStandby(): Promise<void>;
  /** Restarts with a certificate, and takes no connection without TLS from then on. */
  requireTls(identity: { readonly key: string; readonly certificate: string }): Promise<void>;
  remove(): Promise<void>;
}

/** The server of the tests: that of TEST_DATABASE_URL, or one of their own. */
export declare function startPostgres(): Promise<{ readonly url: string; stop(): Promise<void> }>;
