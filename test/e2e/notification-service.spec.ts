/** Real: the notification service over HTTP, its mail folder on the disk. Nothing is fake. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../src/config/settings.js';
import { InvalidSettingsError } from '../../src/config/invalid-settings.error.js';
import { createNotificationService } from '../../src/notification-service/create-notification-service.js';
import { readMail } from '../support/mail-reading.js';
import { john, MailService, post } from '../support/mail-service.js';

let service: MailService;
beforeEach(async () => void (service = await MailService.start({ MAIL_FROM: 'Shop <shop@example.org>' })));
afterEach(() => service.remove());

describe('POST /notifications/session-reuse/send/', () => {
  const send = (key: string, body: object = john) =>
    fetch(`${service.url}/notifications/session-reuse/send/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: JSON.stringify(body),
    });

  it('sends one mail per key, with what happened and what to do as text and HTML', async () => {
    for (let repeat = 0; repeat < 2; repeat++) expect((await send('a1b2-c3')).status).toBe(200);
    const [mail, ...others] = await service.mails();
    expect(others).toEqual([]);
    const { headers, text, html } = readMail(mail!);
    expect(headers.get('to')).toBe('John <john@example.com>');
    expect(headers.get('subject')).toBe('A sign-in at Accounts was ended');
    for (const part of [text, html]) {
      expect(part).toContain('http://localhost:8000');
      expect(part.replaceAll(/\s+/g, ' ')).toContain('Your other devices stay signed in.');
      expect(part.replaceAll(/\s+/g, ' ')).toContain('change your password');
    }
    expect(text).toContain('Hello John,');
  });

  it('refuses an invalid recipient, and a key of another mail', async () => {
    expect((await send('key', {})).status).toBe(400);
    expect((await send('key')).status).toBe(200);
    expect((await send('key', { ...john, email: 'jane@example.com' })).status).toBe(422);
  });
});

describe('POST /notifications/forget/send/', () => {
  const forget = (body: object) => post(`${service.url}/notifications/forget/send/`, null, body);

  it('deletes the mails to an address, and sends none of those in flight that arrive afterwards', async () => {
    await service.welcome('before');
    await service.welcome('another', { ...john, email: 'jane@example.com' });
    expect((await forget({ email: john.email, keys: ['before', 'in-flight'] })).status).toBe(200);
    expect((await service.welcome('in-flight')).status).toBe(422);
    expect(await service.mailFiles()).toEqual([expect.stringMatching(/another\.eml$/)]);
    await service.welcome('of-a-new-account');
    expect(await service.mailFiles()).toHaveLength(2);
  });

  it('understands a request without keys, and refuses what is no key', async () => {
    await service.welcome('before');
    expect((await forget({ email: john.email })).status).toBe(200);
    expect(await service.mailFiles()).toEqual([]);
    expect((await forget({ email: john.email, keys: ['../x'] })).status).toBe(400);
  });
});

describe('POST /notifications/welcome/send/', () => {
  it('answers 200 without a body, and writes the mail to a file named by time and key', async () => {
    const response = await service.welcome('a1b2-c3');
    expect(response).toMatchObject({ status: 200, text: '' });
    const [file, ...others] = await service.mailFiles();
    expect(others).toEqual([]);
    expect(file).toMatch(/^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-\d{3}Z-a1b2-c3\.eml$/);
  });

  it('writes a mail as text and HTML, marked as automatic, with an id derived from the key', async () => {
    const before = Math.floor(Date.now() / 1000) * 1000;
    await service.welcome('a1b2-c3');
    const { headers, text, html } = readMail((await service.mails())[0]!);
    expect(headers.get('from')).toBe('Shop <shop@example.org>');
    expect(headers.get('to')).toBe('John <john@example.com>');
    expect(headers.get('subject')).toBe('Welcome to Accounts');
    expect(headers.get('message-id')).toBe('<a1b2-c3@example.org>');
    expect(headers.get('auto-submitted')).toBe('auto-generated');
    expect(headers.get('content-type')).toMatch(/^multipart\/alternative/);
    expect(Date.parse(headers.get('date')!)).toBeGreaterThanOrEqual(before);
    expect(text).toContain('Hello John,');
    expect(html).toContain('Hello <bdi>John</bdi>,');
  });

  it.each([
    `Zoë "<script>alert(1)</script>" O'Neil & 李 🎉, root@evil.example`,
    'evil.example',
    'https://evil.example/',
    'www evil',
    'Anna <root@evil.example>',
    'Anna; root@evil.example,',
    'Call +49 123 456',
    '\u202enhoJ',
    'x'.repeat(61),
  ])('greets without the name %j, which appears nowhere in the mail', async (name) => {
    expect((await service.welcome('key', { ...john, name })).status).toBe(200);
    const [mail] = await service.mails();
    const { headers, text, html } = readMail(mail!);
    expect(headers.get('to')).toBe('john@example.com');
    expect(text).toMatch(/^Hello,\n/);
    expect(html).toContain('>Hello,</p>');
    expect(html).not.toContain('<script>');
    for (const part of [...headers.values(), text, html])
      expect(part).not.toMatch(/evil|alert|nhoJ|xxxx|123/);
  });

  it.each(['Zoë', "O'Neil", '李小龍', 'أحمد', 'Jean-Luc'])(
    'greets %s by name, isolated in HTML',
    async (name) => {
      await service.welcome('key', { ...john, name });
      const { headers, text, html } = readMail((await service.mails())[0]!);
      expect(headers.get('to')).toMatch(/^"?[^"<]+"? <john@example\.com>$/);
      expect(text).toContain(`Hello ${name},`);
      expect(html).toContain(`Hello <bdi>${name.replace("'", '&#39;')}</bdi>,`);
    },
  );

  it('names the service and its address, and links the configured page, as text and HTML', async () => {
    const other = await MailService.start({
      SERVICE_NAME: 'Müller & Söhne <Konten>',
      PUBLIC_URL: 'https://konten.example/',
      WELCOME_LINK: 'https://www.example/start?a=1&b=2',
    });
    try {
      await other.welcome('key');
      const { headers, text, html } = readMail((await other.mails())[0]!);
      expect(headers.get('subject')).toBe('Welcome to Müller & Söhne <Konten>');
      expect(text).toContain('Müller & Söhne <Konten> (https://konten.example)');
      expect(text).toContain('\nhttps://www.example/start?a=1&b=2\n');
      expect(html).toContain('Müller &amp; Söhne &lt;Konten&gt;');
      expect(html).toContain('href="https://www.example/start?a=1&amp;b=2"');
    } finally {
      await other.remove();
    }
  });

  it('has the same content as text and HTML, and links the documentation by default', async () => {
    await service.welcome('key');
    const { text, html } = readMail((await service.mails())[0]!);
    const words = (part: string) => part.replaceAll(/\s+/g, ' ').trim();
    const body = /<body[\s\S]*<\/body>/.exec(html)?.[0] ?? '';
    const shown = words(body.replaceAll(/<[^>]+>/g, ''));
    expect(words(text)).toContain('http://localhost:8000/docs/');
    expect(shown.replace('Activate your account', '').replaceAll(/\s+/g, ' ')).toBe(words(text));
  });

  it('answers the path without its trailing slash the same', async () => {
    const response = await fetch(`${service.url}/notifications/welcome/send`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'key' },
      body: JSON.stringify(john),
    });
    expect(response.status).toBe(200);
  });

  it('logs nothing about the recipient', async () => {
    await service.welcome('key');
    await service.welcome('key', { ...john, email: 'other@example.com' });
    expect(service.log()).toContain('Welcome mail key sent');
    expect(service.log()).not.toMatch(/john|other@/i);
  });
});

describe('Idempotency-Key', () => {
  it('sends one mail for a key, and answers a repeat in the same way', async () => {
    expect((await service.welcome('key')).status).toBe(200);
    expect((await service.welcome('key')).status).toBe(200);
    expect(await service.mailFiles()).toHaveLength(1);
  });

  it('sends one mail for 20 concurrent requests with one key', async () => {
    const responses = await Promise.all(Array.from({ length: 20 }, () => service.welcome('key')));
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(await service.mailFiles()).toHaveLength(1);
  });

  it('sends a mail for each of several concurrent keys', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => service.welcome(`key-${index}`)));
    expect(await service.mailFiles()).toHaveLength(20);
  });

  it('is known after a restart', async () => {
    await service.welcome('key');
    await service.stop();
    await service.start();
    expect((await service.welcome('key')).status).toBe(200);
    expect(await service.mailFiles()).toHaveLength(1);
  });

  it('is known after the mail was moved away', async () => {
    await service.welcome('key');
    await rm(join(service.folder, (await service.mailFiles())[0]!));
    expect((await service.welcome('key')).status).toBe(200);
    expect(await service.mailFiles()).toEqual([]);
  });

  it.each([{ email: 'other@example.com' }, { name: 'Other' }])(
    'belongs to one body: %j is 422',
    async (change) => {
      await service.welcome('key');
      const response = await service.welcome('key', { ...john, ...change });
      expect(response).toMatchObject({
        status: 422,
        text: JSON.stringify({
          status_code: 422,
          detail: 'This Idempotency-Key was used for another body: use a new key for each message',
          error: 'HTTPException',
        }),
      });
      expect(await service.mailFiles()).toHaveLength(1);
    },
  );

  it('is free again after a failed send: 503, then the retry sends', async () => {
    const drafts = join(service.folder, '.unfinished');
    await rm(drafts, { recursive: true });
    const failed = await service.welcome('key');
    expect(failed).toMatchObject({ status: 503, detail: 'The mail could not be handed over now' });
    expect(failed.headers.get('Retry-After')).toBe('5');
    expect(service.log()).toContain('could not be handed over now (ENOENT)');
    await mkdir(drafts);
    expect((await service.welcome('key')).status).toBe(200);
    expect(await service.mailFiles()).toHaveLength(1);
  });

  it.each([null, '', ' ', 'a b', 'a.b', 'ä', '../key', 'a, a', 'x'.repeat(129)])(
    'is named in the error when it is %j',
    async (key) => {
      const response = await service.welcome(key);
      expect(response.status).toBe(400);
      expect(response.detail).toMatch(
        /^The Idempotency-Key header is (missing|malformed): send 1 to 128 letters/,
      );
      expect(await service.mailFiles()).toEqual([]);
    },
  );

  it.each(['x', 'x'.repeat(128), 'd73d4a62-dfe9-4907-91f4-f6b06f33c534', 'con', '__proto__'])(
    'may be %s',
    async (key) => {
      expect((await service.welcome(key)).status).toBe(200);
      expect((await service.welcome(key)).status).toBe(200);
      expect(await service.mailFiles()).toHaveLength(1);
    },
  );
});

describe('A bad body', () => {
  it.each([
    ['no e-mail', { name: 'John' }, 'email', 'missing'],
    ['no name', { email: john.email }, 'name', 'missing'],
    ['an e-mail that is none', { ...john, email: 'john' }, 'email', 'email_format'],
    ['an e-mail that is not text', { ...john, email: ['john@example.com'] }, 'email', 'string_type'],
    ['two e-mails', { ...john, email: 'a@example.com, b@example.com' }, 'email', 'email_format'],
    ['an e-mail with a name', { ...john, email: 'John <a@example.com>' }, 'email', 'email_format'],
    [
      'a line break in the e-mail',
      { ...john, email: 'a@example.com\r\nBcc: b@example.com' },
      'email',
      'string_characters',
    ],
    [
      'a line break in a quoted e-mail',
      { ...john, email: '"a\r\nBcc: b"@example.com' },
      'email',
      'string_characters',
    ],
    [
      'an e-mail that is too long',
      { ...john, email: `${'a'.repeat(60)}@${'b'.repeat(200)}.com` },
      'email',
      'string_too_long',
    ],
    [
      'a line break in the name',
      { ...john, name: 'John\r\nBcc: b@example.com' },
      'name',
      'string_characters',
    ],
    ['NUL in the name', { ...john, name: 'a\0b' }, 'name', 'string_characters'],
    ['half a surrogate pair in the name', { ...john, name: 'a\ud800b' }, 'name', 'string_characters'],
    ['a blank name', { ...john, name: '   ' }, 'name', 'string_too_short'],
    ['a name that is too long', { ...john, name: 'x'.repeat(201) }, 'name', 'string_too_long'],
  ])('with %s is 400 and names the field', async (_what, body, field, type) => {
    const response = await service.welcome('key', body);
    expect(response.status).toBe(400);
    expect(response.detail).toEqual({ [field]: { type, loc: [field], msg: expect.any(String) } });
    expect(await service.mailFiles()).toEqual([]);
  });

  it.each([
    ['a list', []],
    ['text', 'john@example.com'],
  ])('that is %s is 400', async (_what, body) => {
    expect((await service.welcome('key', body)).status).toBe(400);
  });

  it('does not use up its key', async () => {
    await service.welcome('key', { ...john, email: 'john' });
    expect((await service.welcome('key')).status).toBe(200);
  });

  it('over the limit is 413', async () => {
    expect((await service.welcome('key', { ...john, more: 'x'.repeat(20_000) })).status).toBe(413);
  });
});

describe('The rest of the service', () => {
  it('answers GET /health/ with 200, and declares that it honours the key', async () => {
    const response = await fetch(`${service.url}/health/`);
    expect([response.status, await response.json()]).toEqual([
      200,
      { status: 'ok', honours: ['Idempotency-Key'] },
    ]);
  });

  it.each([
    ['GET', '/notifications/welcome/send/', 405],
    ['GET', '/', 404],
  ])('answers %s %s with %i in the envelope', async (method, path, status) => {
    const response = await fetch(service.url + path, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ status_code: status, error: 'HTTPException' });
  });
});

describe('createNotificationService', () => {
  it('names MAIL_FOLDER when it is not writable', async () => {
    const start = createNotificationService(readSettings({ MAIL_FOLDER: import.meta.filename }));
    await expect(start).rejects.toThrow(InvalidSettingsError);
    await expect(start).rejects.toThrow(/^MAIL_FOLDER must be .+ For example: MAIL_FOLDER=/);
  });
});
