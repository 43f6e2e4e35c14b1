import type { Settings } from '../../config/settings.js';
import { greetingName } from '../../identity/person-name.js';
import { escapeHtml, htmlLink, htmlMail } from '../mail/html-mail.js';
import type { Mail } from '../mail/mail.js';
import type { WelcomeRequest } from '../welcome/welcome-request.dto.js';

const happened =
  'Someone used a sign-in of your account that had already been used elsewhere. It may have been copied, so we ended it. ' +
  'Your other devices stay signed in.';
const next =
  'Sign in again on the device that was signed out. If you use it alone, change your password there.';

/** The mail about a session that was ended because its refresh token was reused, with the same content as text and as HTML. */
export function sessionReuseMail(
  key: string,
  { email, name }: WelcomeRequest,
  { name: serviceName, publicUrl }: Settings['service'],
): Mail {
  const greeting = greetingName(name);
  const subject = `A sign-in at ${serviceName} was ended`;
  return {
    key,
    to: { address: email, name: greeting ?? '' },
    subject,
    text: `${[
      greeting ? `Hello ${greeting},` : 'Hello,',
      `This is about your account at ${serviceName} (${publicUrl}).`,
      happened,
      next,
    ].join('\n\n')}\n`,
    html: htmlMail(subject, [
      greeting ? `Hello <bdi>${escapeHtml(greeting)}</bdi>,` : 'Hello,',
      `This is about your account at ${escapeHtml(serviceName)} (${htmlLink(publicUrl)}).`,
      happened,
      next,
    ]),
  };
}
