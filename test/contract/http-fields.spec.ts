// Real: the HTTP rules and the bodies' classes with their rules. Fake: the controller, which echoes the body it got.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { requireNewPasswords } from '../../src/identity/new-password.rules.js';
import { type Program, startProgram } from './http-program.js';

const john = { name: 'John', surname: 'Doe', email: 'john@example.com', password: '123456' };
let program: Program;
beforeAll(async () => (program = await startProgram({}, { bodyLimitBytes: 16_384 })));
afterAll(() => program.app.close());

async function send(path: string, body: unknown) {
  const response = await fetch(`${program.url}/echo/${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

async function errorOf(field: keyof typeof john, value: unknown) {
  const { status, text } = await send('details', { ...john, [field]: value });
  if (status === 200) return 'accepted';
  const { detail } = JSON.parse(text) as { detail: Record<string, { type: string }> };
  expect(Object.keys(detail)).toEqual([field]);
  return detail[field]?.type;
}

describe('Fields', () => {
  it('are all reported at once, each with its first error, and the input is never repeated', async () => {
    const { status, text } = await send('details', {
      name: '',
      surname: 7,
      password: 'tiny',
      email: 'hunter2',
    });

    expect(status).toBe(400);
    expect(text).toBe(
      JSON.stringify({
        status_code: 400,
        detail: {
          name: { type: 'string_too_short', loc: ['name'], msg: 'Must not be empty' },
          surname: { type: 'string_type', loc: ['surname'], msg: 'Must be a string' },
          email: { type: 'email_format', loc: ['email'], msg: 'Must be an e-mail address' },
          password: { type: 'string_too_short', loc: ['password'], msg: 'Must have at least 6 characters' },
        },
        error: 'ValidationError',
      }),
    );
  });

  it.each(['', '{}', '{"constructor":"x","__proto__":{"email":"a@example.com"}}'])(
    'are all reported as missing from %j',
    async (body) => {
      const missing = (field: string) => ({ type: 'missing', loc: [field], msg: 'Field required' });
      const { status, text } = await send('credentials', body);

      expect(status).toBe(400);
      expect(JSON.parse(text)).toEqual({
        status_code: 400,
        detail: { email: missing('email'), password: missing('password') },
        error: 'ValidationError',
      });
    },
  );

  it('that are unknown are ignored', async () => {
    const { status, text } = await send('credentials', {
      email: john.email,
      password: 'x',
      admin: true,
      constructor: 1,
    });

    expect(status).toBe(200);
    expect(JSON.parse(text)).toEqual({ email: john.email, password: 'x' });
  });

  it('reach the controller with e-mail and names trimmed and the password untouched', async () => {
    const { text } = await send('details', {
      name: ' John ',
      surname: '\tDoe\n',
      email: ' John@Example.COM ',
      password: '  6 6 ',
    });

    expect(JSON.parse(text)).toEqual({
      name: 'John',
      surname: 'Doe',
      email: 'john@example.com',
      password: '  6 6 ',
    });
  });

  const nul = 'Jo\0hn12';
  const lone = 'Jo\ud800hn12';
  it.each<[keyof typeof john, string, unknown, string]>([
    ['name', 'null', null, 'string_type'],
    ['name', 'a list', ['John'], 'string_type'],
    ['name', 'blanks only', '   ', 'string_too_short'],
    ['name', '200 characters', 'x'.repeat(200), 'accepted'],
    ['name', '201 characters', 'x'.repeat(201), 'string_too_long'],
    ['name', 'a letter and 199 emoji', `J${'🙂'.repeat(199)}`, 'accepted'],
    ['name', '200 characters after NFC, 400 before', 'e\u0301'.repeat(200), 'accepted'],
    ['name', '201 characters after NFC, 200 before', `${'x'.repeat(199)}\u0958`, 'string_too_long'],
    ['name', 'a number', '7', 'accepted'],
    ['name', 'blanks inside', 'José  María', 'accepted'],
    ['name', 'signs only', '-.-', 'name_format'],
    ['name', 'emoji only', '🙂', 'name_format'],
    ['name', 'a letter that no one sees', '\u3164', 'name_format'],
    ['name', 'a mark without its letter', '\u0301', 'name_format'],
    ['name', 'a right-to-left override', 'John\u202eDoe', 'string_characters'],
    ['surname', 'an isolate', 'Doe\u2066', 'string_characters'],
    ['surname', 'a zero-width joiner', 'D\u200doe', 'string_characters'],
    ['surname', 'a soft hyphen', 'Do\u00ade', 'string_characters'],
    ['surname', 'a line separator inside', 'Doe\u2028Doe', 'string_characters'],
    ['surname', 'a paragraph separator inside', 'Doe\u2029Doe', 'string_characters'],
    ['surname', 'a next-line control', 'Doe\u0085', 'string_characters'],
    ['name', 'a line feed inside', 'John\nDoe', 'string_characters'],
    ['name', 'NUL', nul, 'string_characters'],
    ['surname', 'a lone surrogate', lone, 'string_characters'],
    ['email', 'an object', { toString: 'a@example.com' }, 'string_type'],
    ['email', 'nothing', '', 'email_format'],
    ['email', 'no domain', 'john', 'email_format'],
    ['email', 'a zero-width space', 'john\u200b@example.com', 'string_characters'],
    ['email', 'a soft hyphen in the domain', 'john@exam\u00adple.com', 'string_characters'],
    ['email', 'a quoted local part', '"john"@example.com', 'email_format'],
    ['email', 'a domain literal', 'john@[127.0.0.1]', 'email_format'],
    ['email', 'a blank inside', 'jo hn@example.com', 'email_format'],
    ['email', 'a trailing dot', 'john@example.com.', 'email_format'],
    ['email', '65 octets before the @', `${'a'.repeat(65)}@example.com`, 'email_format'],
    ['email', '300 characters, of which 284 are blanks around it', john.email.padStart(300), 'accepted'],
    ['email', 'a line feed', 'john@example.com\nBcc: x@example.com', 'string_characters'],
    [
      'email',
      '255 characters',
      `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(58)}.com`,
      'string_too_long',
    ],
    ['password', 'a number', 123456, 'string_type'],
    ['password', '5 characters', '12345', 'string_too_short'],
    ['password', '5 emoji, which are 10 units of UTF-16', '🙂'.repeat(5), 'string_too_short'],
    ['password', '6 characters in NFC, 12 in NFD', 'e\u0301'.repeat(6), 'accepted'],
    ['password', '5 characters in NFC, 10 in NFD', 'e\u0301'.repeat(5), 'string_too_short'],
    ['password', '3 Hangul syllables in 6 letters', '\u1112\u1161'.repeat(3), 'string_too_short'],
    ['password', '256 characters in NFC, 512 in NFD', 'e\u0301'.repeat(256), 'accepted'],
    ['password', '257 characters in NFC', 'e\u0301'.repeat(257), 'string_too_long'],
    ['password', '256 emoji', '🙂'.repeat(256), 'accepted'],
    ['password', '257 emoji', '🙂'.repeat(257), 'string_too_long'],
    ['password', '6 blanks', '      ', 'accepted'],
    ['password', '256 characters', 'x'.repeat(256), 'accepted'],
    ['password', '257 characters', 'x'.repeat(257), 'string_too_long'],
    ['password', 'NUL', nul, 'string_characters'],
    ['password', 'a lone surrogate', lone, 'string_characters'],
  ])('%s with %s', async (field, _what, value, expected) => {
    expect(await errorOf(field, value)).toBe(expected);
  });

  it('reach the controller in NFC', async () => {
    const { text } = await send('details', {
      name: 'Zoe\u0308',
      surname: 'A\u030angstro\u0308m',
      email: 'zoe\u0308@mu\u0308nchen.example',
      password: ' e\u0301e\u0301e\u0301e\u0301 ',
    });

    expect(JSON.parse(text)).toEqual({
      name: 'Zoë',
      surname: 'Ångström',
      email: 'zoë@xn--mnchen-3ya.example',
      password: ' éééé ',
    });
  });

  it('count the characters of an existing password in NFC too, up to 256', async () => {
    const status = async (password: string) =>
      (await send('credentials', { email: john.email, password })).status;

    expect(await status('e\u0301')).toBe(200);
    expect(await status('e\u0301'.repeat(256))).toBe(200);
    expect(await status('e\u0301'.repeat(257))).toBe(400);
    expect(await status(' ')).toBe(200);
  });

  it('accept an existing password of 1 character', async () => {
    expect((await send('credentials', { email: john.email, password: '1' })).status).toBe(200);
    expect((await send('credentials', { email: john.email, password: '' })).text).toContain(
      '"string_too_short"',
    );
  });

  it('require a longer new password when PASSWORD_MIN_LENGTH is set', async () => {
    requireNewPasswords({ minLength: 12, objectionTo: () => undefined });

    expect((await send('details', { ...john, password: 'x'.repeat(11) })).text).toContain(
      'Must have at least 12 characters',
    );
    expect((await send('details', { ...john, password: 'x'.repeat(12) })).status).toBe(200);
    requireNewPasswords({ minLength: 6, objectionTo: () => undefined });
    expect((await send('details', john)).status).toBe(200);
  });
});
