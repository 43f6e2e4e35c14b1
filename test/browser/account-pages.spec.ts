/**
 * The pages that the links of mails open, in a real browser: each button does what the mail promises.
 * Real: the built program (`npm run build`), its notification service, Chromium. Changed: the host of the links, since the
 * program has a free port.
 */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { readMail } from '../support/mail-reading.js';
import { until } from '../support/until.js';
import { launchBrowser } from './browser.js';
import { BuiltProgram } from './built-program.js';

const john = { name: 'John', surname: 'Doe', email: 'john@example.com', password: '123456' };
const newEmail = 'john@example.org';
const newPassword = 'a new one';

let browser: Browser;
let program: BuiltProgram;
let page: Page;
beforeAll(async () => {
  program = await BuiltProgram.start();
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 375, height: 700 }, colorScheme: 'dark' });
  for (const path of ['/user/', '/user/activate/']) await post(path, john);
});
afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

const post = (path: string, body: object, token?: string) =>
  fetch(program.url + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });

/** The link of the mail, once it is there: its path and fragment. */
async function linkIn(name: string, subject: RegExp): Promise<string> {
  let link = '';
  await until(`a mail ${subject}`, async () => {
    const folder = join(program.folder, 'data/mails');
    const files = (await readdir(folder)).filter((file) => file.endsWith('.eml'));
    const mails = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
    const found = mails.map(readMail).find(({ headers }) => subject.test(headers.get('subject') ?? ''));
    link = new RegExp(`/account/${name}/#token=[\\w-]+`).exec(found?.text ?? '')?.[0] ?? '';
    return link !== '';
  });
  return link;
}

/** Fills in the form, presses its button, and returns what the page then says. */
async function use(link: string, fields: Readonly<Record<string, string>> = {}): Promise<string> {
  await page.goto('about:blank');
  await page.goto(program.url + link);
  // Nothing of the token stays in the history of the browser.
  expect(page.url()).not.toContain('token');
  expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
  for (const [name, value] of Object.entries(fields)) await page.fill(`input[name=${name}]`, value);
  await page.click('button');
  const status = page.locator('[role=status]:not(:empty)');
  await status.waitFor();
  return status.innerText();
}

describe('The page behind the link of a mail', () => {
  it('proves a mailbox once', async () => {
    await post('/user/verification/', john);
    const link = await linkIn('verify', /^Confirm your/);
    expect(await use(link)).toBe('Your address is confirmed.');
    expect(await use(link)).toBe('The token or code is wrong, used or expired');
  });

  it('gives an account another address, and its old one back', async () => {
    const session = await post('/session/', john);
    const { access_token: token } = (await session.json()) as { access_token: string };
    expect((await post('/user/me/email/', { email: newEmail, password: john.password }, token)).status).toBe(
      202,
    );
    const link = await linkIn('email', /^Your new e-mail/);
    expect(await use(link, { email: john.email, password: 'wrong' })).toBe('Unauthorized');
    const { email, password } = john;
    expect(await use(link, { email, password })).toMatch(/^Your address is changed/);
    expect(await use(await linkIn('undo', /was replaced$/))).toMatch(/^Your address is back/);
    expect((await post('/user/signin/', john)).status).toBe(200);
  });

  it('replaces a forgotten password', async () => {
    await post('/user/password/forgotten/', john);
    const link = await linkIn('reset', /^A new password/);
    expect(await use(link, { password: 'short' })).toMatch(/6/);
    expect(await use(link, { password: newPassword })).toMatch(/^Your password is changed/);
    expect((await post('/user/signin/', { ...john, password: newPassword })).status).toBe(200);
  });

  it('says so when the link is not complete', async () => {
    await page.goto(`${program.url}/account/verify/`);
    expect(await page.locator('[role=status]').innerText()).toMatch(/^This link is not complete/);
    expect(await page.locator('form').isVisible()).toBe(false);
  });
});
