/** Who sends a request. */
export interface Caller {
  /** The account. */
  readonly id: string;
  readonly sessionId: string;
  /** As of now, whatever the token says. */
  readonly permissions: readonly string[];
}
