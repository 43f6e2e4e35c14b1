import type { Mail } from '../mail/mail.js';
import type { WelcomeRequest } from './welcome-request.dto.js';

/** The welcome mail, in both forms. */
export function welcomeMail(key: string, { email, name }: WelcomeRequest): Mail {
  const lines = [
    `Hello ${name},`,
    'an account was created with this e-mail address. It is not active yet: activate it with your e-mail address ' +
      'and password, then sign in.',
    'If it was not you, ignore this mail.',
  ];
  return {
    key,
    to: { address: email, name },
    subject: 'Welcome: your account was created',
    text: lines.join('\n\n') + '\n',
    html: page(lines.map((line) => `<p>${escapeHtml(line)}</p>`).join('\n')),
  };
}

function page(body: string): string {
  return `<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Welcome</title></head>\n<body>\n${body}\n</body>\n</html>\n`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
