/**
 * The console of the outbox in a browser that runs no scripts.
 * Real: the app, its courier, Chromium with its cookies and its rules for other origins. Fake: the notification service,
 * which answers as the test says. SCREENSHOT names a folder for a picture.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { PermissionRepository } from '../../src/modules/session/index.js';
import { FakeService, respond } from '../../testing/fake-service.js';
import { bearer, claimsOf, signedIn } from '../support/sessions.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { createDatabase } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { launchBrowser } from './browser.js';
import { until } from '../support/until.js';

let database: TestDatabase;
let service: FakeService;
let app: TestApp;
let browser: Browser;
let page: Page;
let elsewhere: Server;
let url: string;
let token: string;

beforeAll(async () => {
  database = await createDatabase('sqlite');
  service = await FakeService.start(respond(422));
  app = await createTestApp({
    database: database.url,
    variables: { METRICS_PORT: '0', OUTBOX_CONSOLE: 'on', NOTIFICATION_SERVICE_URL: service.url },
  });
  url = /http:\S+?\/outbox\//.exec(app.logText())?.[0] ?? '';
  token = (await signedIn(app)).tokens.access_token;
  const account = String(claimsOf(token)['sub']);
  await app.get(PermissionRepository).grant(account, 'outbox:operate', Date.now());
  await signedIn(app);
  elsewhere = createServer((request, response) => {
    const id = new URL(request.url ?? '', url).searchParams.get('id');
    const form = `<form method="post" action="${url}${id}/discard"><button>Win a prize</button></form>`;
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(`<!doctype html>${form}`);
  }).listen(0, '127.0.0.1');
  await once(elsewhere, 'listening');
  browser = await launchBrowser();
  const context = await browser.newContext({
    javaScriptEnabled: false,
    viewport: { width: 1_000, height: 900 },
  });
  page = await context.newPage();
});
afterAll(async () => {
  await browser?.close();
  elsewhere?.close();
  await app?.close();
  await service?.stop();
  await database?.destroy();
});

const stateOf = async (id: string) =>
  ((await (await fetch(url + id, { headers: bearer(token) })).json()) as { state: string }).state;
const deadLetters = () => page.getByRole('heading', { name: 'Dead letters' }).locator('..').getByRole('row');
const decide = (id: string, name: string) =>
  deadLetters().filter({ hasText: id }).getByRole('button', { name }).click();

it('an operator signs in, sees the dead letters, discards one and retries one, without scripts', async () => {
  await page.goto(url);
  await page.getByLabel('Access token').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  expect(await page.getByRole('alert').textContent()).toContain('not valid');

  await page.getByLabel('Access token').fill(token);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await until('both messages are dead', async () => {
    await page.reload();
    return (await deadLetters().count()) === 3;
  });
  const [first = '', second = ''] = await deadLetters().getByRole('link').allTextContents();
  expect(await page.getByRole('row', { name: 'dead 2' }).count()).toBe(1);
  const folder = process.env['SCREENSHOT'];
  if (folder) await page.screenshot({ path: join(folder, 'outbox-console.png'), fullPage: true });

  await page.goto(`http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/?id=${first}`);
  await page.getByRole('button', { name: 'Win a prize' }).click();
  expect(await page.locator('body').textContent()).toContain('another origin may not');
  expect(await stateOf(first)).toBe('dead');

  await page.goto(url);
  await decide(first, 'discard');
  await until('its row is gone', async () => (await deadLetters().count()) === 2);
  expect(await stateOf(first)).toBe('discarded');

  service.behaviour = respond(200);
  await decide(second, 'retry');
  await until('it is delivered', async () => (await stateOf(second)) === 'done');
  await page.goto(url + second);
  expect(await page.getByRole('row').allTextContents()).toEqual(
    expect.arrayContaining([expect.stringMatching(/dead\s+422/), expect.stringMatching(/delivered/)]),
  );

  await page.goto(url);
  await page.getByRole('button', { name: 'Sign out' }).click();
  expect(await page.getByLabel('Access token').count()).toBe(1);
});
