import { MailUnconfirmedError } from '../notification-service.errors.js';

export interface KeptFailure {
  readonly fingerprint: string;
  readonly error: unknown;
}

const second = 1_000;
const minute = 60 * second;
const keptForMs = 15 * minute;

/**
 * Outcomes of sends that no caller knows yet. A failure is returned once, and the next attempt sends; an unconfirmed
 * one is returned until it may be repeated.
 */
export class KeptFailures {
  private readonly failures = new Map<string, KeptFailure & { readonly until: number }>();

  /** @param now milliseconds on a monotonic clock */
  constructor(private readonly now: () => number = () => performance.now()) {}

  keep(key: string, { fingerprint, error }: KeptFailure): void {
    const keptMs = error instanceof MailUnconfirmedError ? error.retryAfterSeconds * second : keptForMs;
    this.failures.set(key, { fingerprint, error, until: this.now() + keptMs });
    setTimeout(() => this.read(key), keptMs + second).unref();
  }

  /** @returns the failure of this key; undefined when the key may be sent */
  take(key: string): KeptFailure | undefined {
    const failure = this.read(key);
    if (!failure) return undefined;
    const { fingerprint, error, until } = failure;
    if (error instanceof MailUnconfirmedError) {
      const leftSeconds = Math.max(1, Math.ceil((until - this.now()) / second));
      return { fingerprint, error: new MailUnconfirmedError(error.reason, leftSeconds) };
    }
    this.failures.delete(key);
    return failure;
  }

  private read(key: string) {
    const failure = this.failures.get(key);
    if (failure && failure.until > this.now()) return failure;
    this.failures.delete(key);
    return undefined;
  }
}
