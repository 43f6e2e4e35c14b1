/** Checks whether the mail server accepts a session now; concurrent callers share the result. */
export class SessionCheck {
  private checking?: Promise<boolean>;

  /** @param end when the callers stop waiting */
  constructor(
    private readonly verify: () => Promise<unknown>,
    private readonly end: AbortSignal,
  ) {}

  passes(): Promise<boolean> {
    this.checking ??= this.ask().finally(() => delete this.checking);
    return this.checking;
  }

  private ask(): Promise<boolean> {
    return new Promise((resolve) => {
      if (this.end.aborted) return resolve(false);
      this.end.addEventListener('abort', () => resolve(false), { once: true });
      this.verify().then(
        () => resolve(true),
        () => resolve(false),
      );
    });
  }
}
