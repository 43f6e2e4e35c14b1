export declare class RestartablePostgres {
  /** Of its own database, named postgres. */
  readonly url: string;
  static start(): Promise<RestartablePostgres>;
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}
