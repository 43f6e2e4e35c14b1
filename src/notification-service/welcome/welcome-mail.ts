import type { Settings } from '../../config/settings.js';
import { greetingName } from '../../identity/person-name.js';
import { escapeHtml, htmlButton, htmlLink, htmlMail } from '../mail/html-mail.js';
import type { Mail } from '../mail/mail.js';
import type { WelcomeRequest } from './welcome-request.dto.js';

const nextStep =
  'It is not active yet. Activate it with this e-mail address and the password that was chosen, then sign in:';
const notYou =
  'If you did not create it, ignore this mail: someone may have mistyped an address of their own.';

/** The welcome mail, with the same content as text and as HTML. */
export function welcomeMail(
  key: string,
  { email, name }: WelcomeRequest,
  { name: serviceName, publicUrl, welcomeLink }: Settings['service'],
): Mail {
  const greeting = greetingName(name);
  const subject = `Welcome to ${serviceName}`;
  return {
    key,
    to: { address: email, name: greeting ?? '' },
    subject,
    text: `${[
      greeting ? `Hello ${greeting},` : 'Hello,',
      `An account at ${serviceName} (${publicUrl}) was created with this e-mail address.`,
      `${nextStep}\n${welcomeLink}`,
      notYou,
    ].join('\n\n')}\n`,
    html: htmlMail(subject, [
      greeting ? `Hello <bdi>${escapeHtml(greeting)}</bdi>,` : 'Hello,',
      `An account at ${escapeHtml(serviceName)} (${htmlLink(publicUrl)}) was created with this e-mail address.`,
      nextStep,
      htmlButton(welcomeLink, 'Activate your account'),
      htmlLink(welcomeLink),
      notYou,
    ]),
  };
}
