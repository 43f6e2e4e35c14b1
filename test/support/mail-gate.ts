/** A promise that a test holds open until it says so. */
export class MailGate {
  open!: () => void;
  fail!: (error: Error) => void;
  readonly passed = new Promise<void>((resolve, reject) => {
    this.open = resolve;
    this.fail = reject;
  });

  constructor() {
    // A failure may come before anyone waits.
    this.passed.catch(() => undefined);
  }
}
