/** The sender of mails. */
export interface Sender {
  readonly address: string;
  readonly name: string;
}

/** Reads `ADDRESS` or `NAME <ADDRESS>`, the format to which MAIL_FROM is validated. A comma stays part of the name. */
export function readSender(text: string): Sender {
  const [, name = '', address = text] = /^\s*"?([^<]*?)"?\s*<([^<>]+)>$/.exec(text) ?? [];
  return { address, name };
}
