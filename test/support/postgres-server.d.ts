export declare class RestartablePostgres {
  /** Of its own database, named postgres. */
  readonly url: string;
  static start(): Promise<RestartablePostgres>;
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Restarts as a hot standby, which soon answers; `SELECT pg_promote()` makes it a primary again. */
  becomeStandby(): Promise<void>;
  remove(): Promise<void>;
}
