import type { SendMailOptions, Transporter } from 'nodemailer';
import type { Sender } from './sender.js';

/** A mail to one person. */
export interface Mail {
  /** The same for every copy of this mail: letters, digits, `-` and `_`. */
  readonly key: string;
  readonly to: { readonly address: string; readonly name: string };
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The message for nodemailer. Its Message-ID is derived from the key, so that mail systems recognize a second copy. */
export function compose({ key, ...parts }: Mail, from: Sender): SendMailOptions {
  const domain = from.address.slice(from.address.lastIndexOf('@') + 1);
  return {
    ...parts,
    from,
    envelope: { from: from.address, to: parts.to.address },
    date: new Date(),
    messageId: `<${key}@${domain}>`,
    headers: { 'Auto-Submitted': 'auto-generated' },
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/**
 * Makes a transport write the recipient as given: nodemailer decodes the domain beside a non-ASCII local part, but one
 * mailbox has one form.
 */
export function keepRecipient(transport: Transporter): void {
  transport.use('stream', ({ data, message }, done) => {
    message.getEnvelope().to = [(data.to as Mail['to']).address];
    done();
  });
}
