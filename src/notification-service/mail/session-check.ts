/** Asks the mail server whether it takes a session at this moment; those who ask at once share the answer. */
export class SessionCheck {
  private checking?: Promise<boolean>;

  /** @param end after which nobody waits for an answer any more */
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
