import { readMail } from './mail-reading.js';
import type { ReadMail } from './mail-reading.js';
import type { MailService } from './mail-service.js';
import { until } from './until.js';

/** A mail to an account, with what its reader needs of it. */
export interface AccountMail extends ReadMail {
  readonly token: string;
  readonly code: string;
}

/** The mails to an address whose subject matches, oldest first, once there are so many. */
export async function mailsTo(
  service: MailService,
  email: string,
  subject: RegExp,
  count = 1,
): Promise<AccountMail[]> {
  let found: ReadMail[] = [];
  await until(`${count} mails ${subject} to ${email}`, async () => {
    found = (await service.mails())
      .map(readMail)
      .filter(
        ({ headers }) => headers.get('to')?.includes(email) && subject.test(headers.get('subject') ?? ''),
      );
    return found.length >= count;
  });
  return found.map((mail) => ({
    ...mail,
    token: /#token=([\w-]+)/.exec(mail.text)?.[1] ?? '',
    code: /: (\d{6})\b/.exec(mail.text)?.[1] ?? '',
  }));
}
