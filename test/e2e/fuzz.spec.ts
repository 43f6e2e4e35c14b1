/**
 * Random requests to all routes, held against our own document. FUZZ_SECONDS says for how long (`npm run fuzz` takes
 * 60), FUZZ_SEED repeats a run. A failure is shrunk to the smallest request that fails.
 * Real: the app, SQLite, the document, ajv. Fake: the notification service is out of reach.
 */
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PermissionRepository } from '../../src/modules/session/index.js';
import { apiRequests } from '../support/api-requests.js';
import type { ApiRequest } from '../support/api-requests.js';
import { newAccount } from '../support/accounts.js';
import { DocumentedApi } from '../support/documented-api.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp, TestResponse } from '../support/test-app.js';
import { useDatabase } from '../support/use-database.js';

const seconds = Number(process.env['FUZZ_SECONDS'] ?? 5);
const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 2 ** 31);
const maxMs = 2_000;

/** Sends bytes that fetch would refuse to. */
function send(url: string, { method, path, headers, body }: ApiRequest): Promise<TestResponse> {
  return new Promise((resolve, reject) => {
    // Node does not frame the body of a DELETE by itself: its bytes would be read as the next request.
    const framing = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
    const sent = request(url + path, { method, headers: { ...headers, ...framing } }, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('end', () => {
        const given = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          status: response.statusCode ?? 0,
          headers: new Headers(Object.fromEntries(given) as Record<string, string>),
          text: Buffer.concat(pieces).toString(),
        });
      });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

describe('The API under random requests', () => {
  const database = useDatabase('sqlite');
  let app: TestApp;
  let api: DocumentedApi;
  let tokens: string[];

  beforeAll(async () => {
    app = await createTestApp({ database: database.url, variables: { RATE_LIMIT_PER_MINUTE: '0' } });
    api = await DocumentedApi.of(app);
    // Several, because some of the requests end a session.
    tokens = [await signIn('session:introspect'), await signIn('session:introspect')];
    for (let account = 0; account < 8; account++) tokens.push(await signIn());
  });
  afterAll(() => app.close());

  async function signIn(permission?: string): Promise<string> {
    const account = newAccount();
    await app.post('/user/', account);
    await app.post('/user/activate/', account);
    const { id } = JSON.parse((await app.post('/user/signin/', account)).text) as { id: string };
    if (permission !== undefined) await app.get(PermissionRepository).grant(id, permission, Date.now());
    const { text } = await app.post('/session/', account);
    return (JSON.parse(text) as { access_token: string }).access_token;
  }

  it(
    `gives only answers that its document describes, none of 500 or more, each within ${maxMs} ms`,
    async () => {
      const statuses = new Map<string, number>();
      const respondsAsDescribed = async (requested: ApiRequest) => {
        const began = performance.now();
        const answer = await send(app.url, requested);
        const took = performance.now() - began;
        if (answer.status >= 500) throw new Error(`answered ${answer.status}`);
        if (took > maxMs) throw new Error(`took ${Math.round(took)} ms`);
        api.check(requested.method, requested.template, answer);
        const name = `${requested.method} ${requested.template} ${answer.status}`;
        statuses.set(name, (statuses.get(name) ?? 0) + 1);
      };
      // Requests that are all refused would prove nothing, so it goes on until some were accepted.
      const accepted = ['POST /user/ 200', 'GET /user/me/ 200'];
      for (let round = 0; round === 0 || !accepted.every((name) => statuses.has(name)); round++)
        await fc.assert(fc.asyncProperty(apiRequests(api.document, tokens), respondsAsDescribed), {
          seed: seed + round,
          numRuns: Number.MAX_SAFE_INTEGER,
          interruptAfterTimeLimit: seconds * 1_000,
          markInterruptAsFailure: false,
        });
    },
    (seconds + 60) * 1_000,
  );

  it('is seen to fail when an answer is not as described', async () => {
    const [, , ...rest] = Object.entries(api.document.paths);
    const other = await DocumentedApi.of({
      send: async () => ({ text: JSON.stringify({ ...api.document, paths: Object.fromEntries(rest) }) }),
    } as never as TestApp);
    const run = fc.check(
      fc.asyncProperty(apiRequests(api.document, tokens), async (requested) => {
        other.check(requested.method, requested.template, await send(app.url, requested));
      }),
      { seed, numRuns: 500 },
    );

    expect((await run).failed).toBe(true);
  });
});
