/**
 * A person at the API's own documentation, in a real browser.
 * Real: the built program (`npm run build`), its notification service, Chromium. Fake: nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.js';
import { BuiltProgram } from './built-program.js';

let program: BuiltProgram;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  program = await BuiltProgram.start();
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => {
    // The browser itself reports an answer of 400; the page does not.
    if (line.type() === 'error' && !line.text().startsWith('Failed to load resource'))
      complaints.push(line.text());
  });
  await page.goto(`${program.url}/docs/`);
});

afterAll(async () => {
  await browser?.close();
  await program?.stop();
});

describe('Swagger UI', () => {
  it('creates, activates and signs in an account through "Try it out"', async () => {
    expect(await execute('createUser')).toMatchObject({ status: '200' });
    expect(await execute('signInUser')).toMatchObject({ status: '400' });
    expect(await execute('activateUser')).toMatchObject({ status: '200' });
    const signedIn = await execute('signInUser');
    expect(signedIn.status).toBe('200');
    expect(signedIn.body).toContain('john@example.com');
    expect(signedIn.body).not.toContain('argon2');
    if (process.env['SCREENSHOT']) await page.screenshot({ path: process.env['SCREENSHOT'], fullPage: true });
  });

  it('signs in to a session through "Authorize", reads the account, and signs out', async () => {
    expect(await execute('showUser')).toMatchObject({ status: '401' });
    const { status, answer } = await execute('startSession');
    expect(status).toBe('200');
    await authorize((JSON.parse(answer) as { access_token: string }).access_token);

    const shown = await execute('showUser');
    expect(shown.status).toBe('200');
    expect(JSON.parse(shown.answer)).toMatchObject({ email: 'john@example.com' });
    expect(await execute('signOut')).toMatchObject({ status: '204' });
    expect(await execute('showUser')).toMatchObject({ status: '401' });
  });

  it('logs no error to the console', () => {
    expect(complaints).toEqual([]);
  });
});

/** Gives the token to Swagger UI, as a person pastes it into the dialog. */
async function authorize(token: string): Promise<void> {
  await page.locator('.auth-wrapper .btn.authorize').click();
  const dialog = page.locator('.modal-ux');
  await dialog.locator('input').fill(token);
  await dialog.locator('button.authorize').click();
  await dialog.locator('.btn-done').click();
  await dialog.waitFor({ state: 'detached' });
}

/** Runs an operation with its example, as a click on "Try it out" and "Execute" does. */
async function execute(operationId: string): Promise<{ status: string; body: string; answer: string }> {
  const operation = page.locator(`[id$="-${operationId}"]`);
  if (!(await operation.locator('.opblock-body').isVisible()))
    await operation.locator('.opblock-summary-path').click();
  // One button is "Try it out" and then "Cancel": a second click would undo the first one.
  const tryItOut = operation.locator('.try-out__btn');
  await tryItOut.waitFor();
  if ((await tryItOut.innerText()).trim() === 'Try it out') await tryItOut.click();
  // The response of an earlier run would be mistaken for the new one.
  const clear = operation.locator('.btn-clear');
  if (await clear.isVisible()) await clear.click();
  await operation.locator('.live-responses-table').waitFor({ state: 'detached' });
  const answered = page.waitForResponse((response) => response.url().startsWith(program.url));
  await operation.locator('button.execute').click();
  const response = await answered;
  const live = operation.locator('.live-responses-table .response').first();
  await live.waitFor();
  const status = await live.locator('.response-col_status').innerText();
  const answer = response.status() === 204 ? '' : await response.text();
  return { status: status.trim().slice(0, 3), body: await live.innerText(), answer };
}
