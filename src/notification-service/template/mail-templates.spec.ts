// Real: the texts, the templates, their files. Nothing is fake.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readSettings } from '../../config/settings.js';
import { english } from './english.js';
import { mailKindNames } from './mail-kinds.js';
import { MailTemplates } from './mail-templates.service.js';

const request = { email: 'ada@example.com', name: 'Ada', token: 'T'.repeat(65), code: '012345' };
const service = { SERVICE_NAME: 'Ada & <Co>', PUBLIC_URL: 'https://accounts.example.com' };

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'templates-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const load = (variables: Record<string, string> = {}) =>
  MailTemplates.load(readSettings({ ...service, ...variables }));

async function write(language: string, texts: Readonly<Record<string, string>>): Promise<void> {
  await mkdir(join(folder, language), { recursive: true });
  for (const [kind, text] of Object.entries(texts))
    await writeFile(join(folder, language, `${kind}.txt`), text);
}

describe('A mail', () => {
  it.each(mailKindNames)(
    '%s is readable on a phone and in the dark, loads nothing, says what to do, and the same as text and HTML',
    async (kind) => {
      const { subject, text, html } = (await load()).compose(kind, 'key', request);
      expect(subject).toContain('Ada & <Co>');
      expect(html).toContain('<meta name="viewport"');
      expect(html).toContain('color-scheme');
      expect(html).toContain('max-width');
      expect(html).not.toMatch(/<(?:img|link|script|iframe)|url\(|@import/);
      for (const [, url] of html.matchAll(/(?:href|src)="([^"]*)"/g))
        expect(url).toMatch(/^https:\/\/accounts\.example\.com/);
      expect(html).toContain('Ada &amp; &lt;Co&gt;');
      expect(text).toMatch(/^Hello Ada,\n\n/);
      expect(text).toContain('https://accounts.example.com');
      expect(text).toMatch(/\bIf (it was not you|you did not create it|someone else|you use it alone)\b/);
      expect(text + html).not.toMatch(/\{\{|undefined/);
    },
  );

  it('carries its token in the fragment of a link below PUBLIC_URL', async () => {
    const { text, html } = (await load()).compose('verification', 'key', request);
    const link = `https://accounts.example.com/account/verify/#token=${request.token}`;
    expect(text).toContain(`\n${link}\n`);
    expect(html).toContain(`href="${link}"`);
    expect(text).toContain('012345');
  });
});

describe('MAIL_TEMPLATES', () => {
  const text = 'Subject: Moin {{service}}\n\nMoin{{name}}!\n\n[Los]({{link}})\n\n{{code}}\n';

  it('replaces the texts that it has, and leaves the others', async () => {
    await write('en', { verification: text });
    const templates = await load({ MAIL_TEMPLATES: folder });
    expect(templates.compose('verification', 'key', request).text).toMatch(/^Moin Ada!\nhttps:/);
    expect(templates.compose('welcome', 'key', request).subject).toBe('Welcome to Ada & <Co>');
  });

  it('has every text of another language, which HTML then names', async () => {
    await write('de', { ...english, verification: text });
    const templates = await load({ MAIL_TEMPLATES: folder, MAIL_LANGUAGE: 'de' });
    expect(templates.compose('verification', 'key', request).html).toContain('<html lang="de">');
  });

  it.each([
    ['en', { verification: 'Moin' }, /en\/verification\.txt that must begin with a line "Subject/],
    ['en', { verification: 'Subject: a\n\n{{link}}' }, /verification\.txt that lacks \{\{code\}\}/],
    ['en', { welcome: 'Subject: a\n\n{{link}} {{nam}}' }, /welcome\.txt that has \{\{nam\}\}: use service/],
    ['en', { welcom: 'Subject: a\n\nb' }, /welcom\.txt that is no mail: the mails are welcome/],
    ['de', { welcome: 'Subject: a\n\n{{link}}' }, /must have de\/welcome-by-mail\.txt: only English/],
  ])('in %s with %j stops the start', async (language, texts, message) => {
    await write(language, texts);
    await expect(load({ MAIL_TEMPLATES: folder, MAIL_LANGUAGE: language })).rejects.toThrow(message);
  });

  it('is needed for a language other than English', async () => {
    await expect(load({ MAIL_LANGUAGE: 'de' })).rejects.toThrow(
      /MAIL_LANGUAGE must be en, or MAIL_TEMPLATES/,
    );
  });
});
