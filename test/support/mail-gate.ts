/** A promise that a test holds open until it says so. */
export class MailGate {
  open!: () => void;
  readonly passed = new Promise<void>((resolve) => (this.open = resolve));
}
