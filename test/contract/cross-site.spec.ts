// Real: the HTTP rules with their middleware, the routes of the echo. Fake: the browser, whose headers are written
// here.
import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Post } from '@nestjs/common';
import { Public } from '../../src/http/access/access.decorators.js';
import { startProgram } from './http-program.js';
import type { Program } from './http-program.js';

const listed = 'https://app.example.com';
let changes = 0;

@Controller('change')
@Public()
class ChangeController {
  @Post()
  change(): object {
    return { changes: ++changes };
  }
}

describe.each([
  ['nothing listed', []],
  ['an origin listed', [listed]],
])('With %s, a program', (_name, corsOrigins) => {
  let program: Program;
  beforeAll(async () => (program = await startProgram({ controllers: [ChangeController] }, { corsOrigins })));
  afterAll(() => program.app.close());

  const send = (method: string, path: string, headers: Record<string, string>, body = '{}') =>
    new Promise<{ status?: number; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
      const sent = request(program.url + path, { method, headers }, (response) => {
        response
          .resume()
          .once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
      });
      sent.once('error', reject).end(method === 'POST' ? body : undefined);
    });
  const own = () => `http://127.0.0.1:${program.port}`;

  it.each([
    [{}],
    [{ 'Sec-Fetch-Site': 'none' }],
    [{ 'Sec-Fetch-Site': 'same-origin' }],
    [{ Origin: 'own' }],
    [{ Origin: 'own', 'Sec-Fetch-Site': 'same-origin' }],
    [{ Origin: 'https://accounts.example.com', Host: 'accounts.example.com' }],
    [{ Origin: 'https://accounts.example.com', Host: 'accounts.example.com:443' }],
    [{ Origin: 'https://accounts.example.com:8443', Host: 'accounts.example.com:8443' }],
  ])('accepts a change with the headers %j', async (headers: Record<string, string>) => {
    const origin = headers['Origin'] === 'own' ? { Origin: own() } : {};

    expect((await send('POST', '/change/', { ...headers, ...origin })).status).toBe(201);
  });

  it.each([
    [{ 'Sec-Fetch-Site': 'cross-site' }],
    [{ Origin: 'https://evil.example.com' }],
    [{ Origin: 'https://evil.example.com', 'Sec-Fetch-Site': 'same-origin' }],
    [{ Origin: 'null' }],
    [{ Origin: '' }],
    [{ Origin: 'http://127.0.0.1:1' }],
    [{ Origin: 'http://127.0.0.1' }],
    [{ Origin: `${listed}.evil.example.com` }],
    [{ Origin: 'http://accounts.example.com:8080', Host: 'accounts.example.com' }],
  ])('answers 403 to a change with the headers %j, before validation and any effect', async (headers) => {
    const before = changes;

    expect((await send('POST', '/change/', headers as Record<string, string>)).status).toBe(403);
    expect((await send('POST', '/echo/details/', headers as Record<string, string>, 'no JSON')).status).toBe(
      403,
    );
    expect(changes).toBe(before);
  });

  it('never refuses a read', async () => {
    const headers = { Origin: 'https://evil.example.com', 'Sec-Fetch-Site': 'cross-site' };

    expect((await send('GET', '/echo/', headers)).status).toBe(200);
    expect((await send('HEAD', '/echo/', headers)).status).toBe(200);
  });

  it('lets no page of an unlisted origin read anything', async () => {
    const preflight = { Origin: 'https://evil.example.com', 'Access-Control-Request-Method': 'POST' };
    for (const [method, path] of [
      ['OPTIONS', '/change/'],
      ['GET', '/echo/'],
      ['POST', '/change/'],
    ] as const) {
      const { headers } = await send(method, path, preflight);
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  it('sends Vary: Origin when origins are listed, also with errors', async () => {
    for (const [method, path] of [
      ['GET', '/echo/'],
      ['GET', '/none/'],
      ['POST', '/echo/details/'],
      ['PUT', '/echo/'],
    ] as const)
      expect(String((await send(method, path, {})).headers['vary'] ?? '').includes('Origin')).toBe(
        corsOrigins.length > 0,
      );
  });
});

describe('A page of a listed origin', () => {
  let program: Program;
  beforeAll(
    async () =>
      (program = await startProgram({ controllers: [ChangeController] }, { corsOrigins: [listed] })),
  );
  afterAll(() => program.app.close());

  it('may send cookies, change data, and read responses and errors, whatever Sec-Fetch-Site says', async () => {
    const headers = { Origin: listed, 'Sec-Fetch-Site': 'cross-site' };
    const send = (method: string, path: string) =>
      new Promise<object>((resolve, reject) => {
        const sent = request(program.url + path, { method, headers }, (response) => {
          const {
            'access-control-allow-origin': origin,
            'access-control-allow-credentials': credentials,
            'access-control-expose-headers': exposed,
          } = response.headers;
          const status = response.statusCode;
          response.resume().once('end', () => resolve({ status, origin, credentials, exposed }));
        });
        sent.once('error', reject).end();
      });

    for (const [method, path, status] of [
      ['POST', '/change/', 201],
      ['POST', '/echo/details/', 400],
      ['GET', '/none/', 404],
    ] as const)
      expect(await send(method, path)).toEqual({
        status,
        origin: listed,
        credentials: 'true',
        exposed: expect.stringMatching(/X-Request-Id, Retry-After, ETag, Location, RateLimit/),
      });
  });

  it('gets a response to its preflight with the allowed methods and headers', async () => {
    const preflight = { Origin: listed, 'Access-Control-Request-Method': 'POST' };
    const { status, headers } = await new Promise<{
      status: number;
      headers: NodeJS.Dict<string | string[]>;
    }>((resolve, reject) => {
      const sent = request(
        `${program.url}/change/`,
        { method: 'OPTIONS', headers: preflight },
        (response) => {
          response
            .resume()
            .once('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers }));
        },
      );
      sent.once('error', reject).end();
    });

    expect(status).toBe(204);
    expect(headers).toMatchObject({
      'access-control-allow-origin': listed,
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': expect.stringContaining('PATCH'),
      'access-control-allow-headers': 'Content-Type, Authorization, If-Match, If-None-Match, Idempotency-Key',
    });
  });
});
