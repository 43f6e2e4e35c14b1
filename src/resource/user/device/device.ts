/** The client that a request comes from. */
export interface Device {
  /** The token that it holds, if any: whatever was sent. */
  readonly token: string | undefined;
  /** Gives it a token to keep. */
  keep(token: string): void;
}
