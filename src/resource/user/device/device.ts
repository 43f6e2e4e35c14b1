/** The client that a request comes from. */
export interface Device {
  /** The tokens that it holds: whatever was sent. */
  readonly tokens: string | undefined;
  /** Lets it hold these instead. */
  keep(tokens: string): void;
}
