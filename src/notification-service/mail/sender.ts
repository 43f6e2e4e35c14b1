/** Whom mails come from. */
export interface Sender {
  readonly address: string;
  readonly name: string;
}

/** Reads `ADDRESS` or `NAME <ADDRESS>`, as MAIL_FROM is checked to be. A comma in the name stays in the name. */
export function readSender(text: string): Sender {
  const [, name = '', address = text] = /^\s*"?([^<]*?)"?\s*<([^<>]+)>$/.exec(text) ?? [];
  return { address, name };
}
