// Real: the HTTP rules, Nest, Express, Node's server and sockets. Fake: the controllers, which only echo or throw.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  BadRequestException,
  Controller,
  ForbiddenException,
  Get,
  Param,
  ServiceUnavailableException,
} from '@nestjs/common';
import { UnavailableError } from '../../src/ddd/repository/index.js';
import { UnitClosedError } from '../../src/ddd/worker/index.js';
import {
  HashingSaturatedError,
  UserNotActiveError,
  UserNotFoundError,
  WrongPasswordError,
} from '../../src/modules/user/index.js';
import { type Program, startProgram } from './http-program.js';
import { Public } from '../../src/http/access/access.decorators.js';

const errors: Record<string, () => unknown> = {
  'not-found': () => new UserNotFoundError(),
  'wrong-password': () => new WrongPasswordError(),
  'not-active': () => new UserNotActiveError(),
  'hashing-saturated': () => new HashingSaturatedError(7),
  unavailable: () => new UnavailableError('user'),
  closed: () => new UnitClosedError(),
  forbidden: () => new ForbiddenException(),
  refused: () => new BadRequestException('Idempotency-Key is missing'),
  stopped: () => new ServiceUnavailableException('the disk at /secret is full'),
  bare: () => 'a string',
};

@Controller('throw')
@Public()
class ThrowController {
  @Get(':name')
  throwIt(@Param('name') name: string): never {
    throw errors[name]?.();
  }
}

let program: Program;
beforeAll(async () => (program = await startProgram({ controllers: [ThrowController] })));
afterAll(() => program.app.close());

describe('The envelope', () => {
  it.each([
    ['not-found', 404, 'Not Found'],
    ['wrong-password', 401, 'Unauthorized'],
    ['not-active', 400, 'User must be activated via /user/activate/'],
    ['hashing-saturated', 503, 'Service Unavailable'],
    ['unavailable', 503, 'Service Unavailable'],
    ['closed', 500, 'Internal Server Error'],
    ['forbidden', 403, 'Forbidden'],
    ['refused', 400, 'Idempotency-Key is missing'],
    ['stopped', 503, 'Service Unavailable'],
    ['bare', 500, 'Internal Server Error'],
  ])('of %s is %i, with its keys in the order of the contract', async (name, status, detail) => {
    const response = await fetch(`${program.url}/throw/${name}`);

    expect(response.status).toBe(status);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.text()).toBe(
      JSON.stringify({ status_code: status, detail, error: 'HTTPException' }),
    );
  });

  it('gives the seconds to wait from the error, and 1 by default', async () => {
    const saturated = await fetch(`${program.url}/throw/hashing-saturated`);
    const stopped = await fetch(`${program.url}/throw/stopped`);

    expect(saturated.headers.get('retry-after')).toBe('7');
    expect(stopped.headers.get('retry-after')).toBe('1');
  });

  it('answers an unknown path with 404 before it checks the body and its type', async () => {
    const response = await fetch(`${program.url}/nowhere`, { method: 'POST', body: 'x'.repeat(50_000) });

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ status_code: 404, detail: 'Not Found', error: 'HTTPException' });
  });

  it.each(['PUT', 'DELETE', 'PATCH'])('answers %s on a known path with 405 and Allow', async (method) => {
    const response = await fetch(`${program.url}/echo/`, { method });

    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, POST, HEAD, OPTIONS');
    expect(await response.json()).toEqual({
      status_code: 405,
      detail: 'Method Not Allowed',
      error: 'HTTPException',
    });
  });

  it('omits only the body from the response to HEAD', async () => {
    const response = await fetch(`${program.url}/nowhere`, { method: 'HEAD' });

    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.text()).toBe('');
  });
});

describe('A known path', () => {
  it.each(['/echo', '/echo/', '/echo?a=1'])('answers at %s', async (path) => {
    const response = await fetch(program.url + path);

    expect(await response.json()).toEqual({ read: true });
  });

  it('answers HEAD like GET, without a body', async () => {
    const [head, get] = [
      await fetch(`${program.url}/echo`, { method: 'HEAD' }),
      await fetch(`${program.url}/echo`),
    ];

    expect(head.status).toBe(200);
    expect(head.headers.get('content-length')).toBe(get.headers.get('content-length'));
    expect(await head.text()).toBe('');
  });

  it('answers OPTIONS with 204 and Allow, and with 404 on an unknown path', async () => {
    const known = await fetch(`${program.url}/echo/credentials`, { method: 'OPTIONS' });
    const unknown = await fetch(`${program.url}/nowhere`, { method: 'OPTIONS' });

    expect([known.status, known.headers.get('allow')]).toEqual([204, 'POST, OPTIONS']);
    expect(unknown.status).toBe(404);
  });
});

describe('Every response', () => {
  it.each(['/echo', '/nowhere', '/throw/bare'])('at %s has nosniff and no-store headers', async (path) => {
    const { headers } = await fetch(program.url + path);

    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.has('x-powered-by')).toBe(false);
  });

  it('echoes a well-formed request id', async () => {
    const { headers } = await fetch(`${program.url}/nowhere`, { headers: { 'X-Request-Id': 'abc.DEF_1-2' } });

    expect(headers.get('x-request-id')).toBe('abc.DEF_1-2');
  });

  it.each(['has space', 'a'.repeat(65), '<script>', ''])(
    'replaces the request id "%s" by a new one',
    async (id) => {
      const { headers } = await fetch(`${program.url}/echo`, { headers: { 'X-Request-Id': id } });

      expect(headers.get('x-request-id')).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    },
  );
});
