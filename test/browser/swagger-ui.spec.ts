/**
 * A person at the API's own documentation, in a real browser.
 * Real: the built program (`npm run build`), its notification service, Chromium. Fake: nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

const program = resolve('dist/src/main.js');

let folder: string;
let child: ChildProcess;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'accounts-browser-'));
  child = spawn(process.execPath, [program], {
    cwd: folder,
    env: { PATH: process.env['PATH'], PORT: '0', LOG_FORMAT: 'json' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const docs = await docsAddress(child);
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
  });
  page = await browser.newPage({ viewport: { width: 1280, height: 1600 } });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => {
    // The browser itself reports an answer of 400; the page does not.
    if (line.type() === 'error' && !line.text().startsWith('Failed to load resource'))
      complaints.push(line.text());
  });
  await page.goto(docs);
});

afterAll(async () => {
  await browser?.close();
  child?.kill('SIGTERM');
  if (child && child.exitCode === null) await once(child, 'exit');
  await rm(folder, { recursive: true, force: true });
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

  it('logs no error to the console', () => {
    expect(complaints).toEqual([]);
  });
});

/** Runs an operation with its example, as a click on "Try it out" and "Execute" does. */
async function execute(operationId: string): Promise<{ status: string; body: string }> {
  const operation = page.locator(`[id$="-${operationId}"]`);
  if (!(await operation.locator('.opblock-body').isVisible()))
    await operation.locator('.opblock-summary').click();
  // One button is "Try it out" and then "Cancel": a second click would undo the first one.
  const tryItOut = operation.locator('.try-out__btn');
  await tryItOut.waitFor();
  if ((await tryItOut.innerText()).trim() === 'Try it out') await tryItOut.click();
  // The response of an earlier run would be mistaken for the new one.
  const clear = operation.locator('.btn-clear');
  if (await clear.isVisible()) await clear.click();
  await operation.locator('.live-responses-table').waitFor({ state: 'detached' });
  const answered = page.waitForResponse((response) => response.request().method() === 'POST');
  await operation.locator('button.execute').click();
  await answered;
  const live = operation.locator('.live-responses-table .response').first();
  await live.waitFor();
  const status = await live.locator('.response-col_status').innerText();
  return { status: status.trim().slice(0, 3), body: await live.innerText() };
}

function docsAddress({ stdout }: ChildProcess): Promise<string> {
  return new Promise((found, failed) => {
    let said = '';
    stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      const [address] = /http:\S+\/docs\//.exec(said) ?? [];
      if (address) found(address);
    });
    stdout?.once('end', () => failed(new Error(`The program ended before it told its address:\n${said}`)));
  });
}
