import addressparser from 'nodemailer/lib/addressparser';
import { InvalidSettingsError } from '../../config/invalid-settings.error.js';
import type { Sender } from './mail.js';

/**
 * Reads MAIL_FROM the way the mail library will.
 * @throws InvalidSettingsError when it is not exactly one address
 */
export function readSender(text: string): Sender {
  const [sender, ...others] = addressparser(text, { flatten: true });
  if (!sender?.address.includes('@') || others.length > 0)
    throw new InvalidSettingsError([
      { name: 'MAIL_FROM', fault: 'must be one e-mail address', example: 'Accounts <accounts@example.com>' },
    ]);
  return { address: sender.address, name: sender.name };
}
