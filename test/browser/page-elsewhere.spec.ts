/**
 * A page of another origin that signs a person in, with the code of docs/guide/access.md, in a real browser.
 * Real: the built program (`npm run build`), its notification service, Chromium with its cookies and its rules for other
 * origins, the code of the guide. Changed: the address in that code.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from './browser.js';
import { BuiltProgram } from './built-program.js';

const [, fence = ''] = readFileSync('docs/guide/access.md', 'utf8').split('```js session.js\n');
const [code = ''] = fence.split('```');
const john = { name: 'John', surname: 'Doe', email: 'john@example.com', password: '123456' };

/** The code of the guide, as the page imports it. */
type SessionCode = Record<
  'signIn' | 'refresh' | 'readAccount' | 'signOut',
  (...given: unknown[]) => Promise<unknown>
>;
interface Outcome {
  readonly result?: { readonly [name: string]: unknown };
  readonly error?: string;
}

let browser: Browser;
let pages: Server;
/** Of the page: another port of this machine, hence another origin of the same site. */
let origin: string;
let api = '';
let program: BuiltProgram;
let context: BrowserContext;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  pages = createServer((request, response) => {
    const [type, body] =
      request.url === '/session.js'
        ? ['text/javascript', code.replace('https://accounts.example.com', api)]
        : ['text/html', '<!DOCTYPE html><title>Elsewhere</title>'];
    response.writeHead(200, { 'Content-Type': type }).end(body);
  }).listen(0, '127.0.0.1');
  await once(pages, 'listening');
  origin = `http://localhost:${(pages.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await browser?.close();
  pages?.close();
});
afterEach(async () => {
  await context?.close();
  await program?.stop();
});

/** The program with an active account, and the page in a browser that has seen neither. */
async function open(variables: Readonly<Record<string, string>>): Promise<void> {
  program = await BuiltProgram.start(variables);
  api = program.url.replace('127.0.0.1', 'localhost');
  for (const path of ['/user/', '/user/activate/'])
    await fetch(program.url + path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(john),
    });
  context = await browser.newContext();
  page = await context.newPage();
  await page.goto(origin);
}

const refreshCookies = async () =>
  (await context.cookies(api)).filter(({ name }) => name === '__Host-refresh');

/** Calls a function of the guide in the page. */
const call = (name: keyof SessionCode, ...given: string[]): Promise<Outcome> =>
  page.evaluate(`import('/session.js').then((code) => code.${name}(...${JSON.stringify(given)})).then(
    (result) => ({ result }),
    (error) => ({ error: String(error) }),
  )`);

describe('A page of another origin', () => {
  it('signs in, reads, goes on after a reload by the cookie, and signs out, where it is listed', async () => {
    await open({ CORS_ORIGINS: origin, SESSION_COOKIE: 'on' });
    const { result: tokens } = await call('signIn', john.email, john.password);
    expect(await call('readAccount', String(tokens?.['access_token']))).toMatchObject({
      result: { email: john.email },
    });
    expect(await page.evaluate('document.cookie')).toBe('');
    expect(await refreshCookies()).toMatchObject([
      { name: '__Host-refresh', path: '/', httpOnly: true, secure: true, sameSite: 'Strict' },
    ]);

    await page.reload();
    const { result: renewed } = await call('refresh');
    expect(renewed).toMatchObject({ session_id: tokens?.['session_id'] });
    const token = String(renewed?.['access_token']);
    expect(await call('readAccount', token)).toMatchObject({ result: { email: john.email } });

    expect(await call('signOut')).toEqual({});
    expect(await refreshCookies()).toEqual([]);
    expect(await call('readAccount', token)).toEqual({ error: 'Error: GET /user/me/ answered 401' });
    expect(await call('refresh')).toEqual({ error: 'Error: POST /session/refresh/ answered 400' });
  });

  it('signs in, reads, and is known as a device where it is listed and no refresh token is kept', async () => {
    await open({ CORS_ORIGINS: origin });
    const { result: tokens } = await call('signIn', john.email, john.password);
    expect(tokens).toMatchObject({ token_type: 'Bearer' });
    expect(await call('readAccount', String(tokens?.['access_token']))).toMatchObject({
      result: { email: john.email },
    });
    expect((await context.cookies(api)).map(({ name }) => name)).toEqual(['__Host-device']);
  });

  it.each([{}, { SESSION_COOKIE: 'on' }, { CORS_ORIGINS: 'https://www.example.com', SESSION_COOKIE: 'on' }])(
    'is refused where it is not listed: %j',
    async (variables) => {
      await open(variables);
      const refused = { error: 'TypeError: Failed to fetch' };
      expect(await call('signIn', john.email, john.password)).toEqual(refused);
      expect(await call('refresh')).toEqual(refused);
      expect(await call('readAccount', 'token')).toEqual(refused);
      // What needs no preflight reaches the program, which refuses it before anything happens.
      const simple = await page.evaluate(`fetch('${api}/user/', {
        method: 'POST',
        mode: 'no-cors',
        body: new URLSearchParams({ name: 'A', surname: 'B', email: 'new@example.com', password: '123456' }),
      }).then(({ type }) => type)`);
      expect(simple).toBe('opaque');
      const { status } = await fetch(`${program.url}/user/signin/`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ email: 'new@example.com', password: '123456' }),
      });
      expect(status).toBe(404);
      expect(await refreshCookies()).toEqual([]);
    },
  );
});
