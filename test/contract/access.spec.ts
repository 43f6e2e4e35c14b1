// Real: the HTTP rules, the guard, the check at the start. Fake: the routes, and a verifier that knows three tokens.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Delete, Get, Post } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import type { Caller } from '../../src/ddd/resource/index.js';
import { CurrentAccount, Public, Requires, SignedIn } from '../../src/http/access/access.decorators.js';
import { InvalidTokenError } from '../../src/http/access/access.errors.js';
import { UndeclaredAccessError } from '../../src/http/access/assert-access.js';
import { declaredRoutes } from '../../src/http/access/declared-routes.js';
import { TokenVerifier } from '../../src/http/access/token-verifier.js';
import { RestController } from '../../src/rest/rest.controller.js';
import { openTo, ProductResource, ProductView } from '../support/product-api.js';
import { startProgram } from './http-program.js';
import type { Program } from './http-program.js';

const callers: Readonly<Record<string, Caller>> = {
  plain: { id: 'ada', sessionId: '1', permissions: [] },
  reader: { id: 'bob', sessionId: '2', permissions: ['note:read'] },
  editor: { id: 'cleo', sessionId: '3', permissions: ['note:read', 'note:write'] },
};

class Verifier extends TokenVerifier {
  async verify(token: string): Promise<Caller> {
    const caller = callers[token];
    if (!caller) throw new InvalidTokenError();
    return caller;
  }
}
const verifier = { provide: TokenVerifier, useClass: Verifier };

@Controller('note')
@SignedIn()
class NoteController {
  @Get()
  list(@CurrentAccount() caller: Caller): Caller {
    return caller;
  }

  @Get('title')
  @Public()
  title(): object {
    return { title: 'Notes' };
  }

  @Post()
  @Requires('note:read', 'note:write')
  write(): object {
    return {};
  }
}

describe('A route that declares its access', () => {
  let program: Program;
  beforeAll(
    async () => (program = await startProgram({ controllers: [NoteController], providers: [verifier] })),
  );
  afterAll(() => program.app.close());

  const send = async (method: string, path: string, authorization?: string) => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const response = await fetch(`${program.url}/note/${path}`, { method, headers });
    return [response.status, response.headers.get('www-authenticate'), await response.json()];
  };

  it('is open to anyone when it is public, whatever token is sent', async () => {
    expect(await send('GET', 'title')).toEqual([200, null, { title: 'Notes' }]);
    expect(await send('GET', 'title', 'Bearer forged')).toEqual([200, null, { title: 'Notes' }]);
  });

  it('passes the caller to a route for signed-in callers', async () => {
    expect(await send('GET', '', 'Bearer plain')).toEqual([200, null, callers['plain']]);
    expect(await send('GET', '', 'bearer plain')).toEqual([200, null, callers['plain']]);
  });

  it.each([
    [undefined, 'Bearer'],
    ['Bearer forged', 'Bearer error="invalid_token"'],
    ['Bearer ', 'Bearer error="invalid_token"'],
    ['Basic cGxhaW46', 'Bearer error="invalid_token"'],
    ['plain', 'Bearer error="invalid_token"'],
    ['Bearer plain plain', 'Bearer error="invalid_token"'],
  ])('answers 401 to Authorization: %s, with the challenge %s', async (authorization, challenge) => {
    const body = { status_code: 401, detail: 'Unauthorized', error: 'HTTPException' };

    expect(await send('GET', '', authorization)).toEqual([401, challenge, body]);
    expect(await send('POST', '', authorization)).toEqual([401, challenge, body]);
  });

  it('answers 403 to a caller who lacks one of its permissions', async () => {
    const refused = [
      403,
      'Bearer error="insufficient_scope"',
      { status_code: 403, detail: 'Forbidden', error: 'HTTPException' },
    ];

    expect(await send('POST', '', 'Bearer plain')).toEqual(refused);
    expect(await send('POST', '', 'Bearer reader')).toEqual(refused);
    expect(await send('POST', '', 'Bearer editor')).toEqual([201, null, {}]);
  });

  it('is listed with its method, its path and its handler', () => {
    expect(declaredRoutes(program.app)).toEqual(
      expect.arrayContaining([
        { method: 'GET', path: '/note/', handler: 'NoteController.list', access: [[]] },
        { method: 'GET', path: '/note/title/', handler: 'NoteController.title', access: 'public' },
        {
          method: 'POST',
          path: '/note/',
          handler: 'NoteController.write',
          access: [['note:read', 'note:write']],
        },
      ]),
    );
  });
});

describe('A program', () => {
  const start = async (controllers: Type[], providers = [verifier]) => {
    const program = await startProgram({ controllers, providers });
    await program.app.close();
  };

  it('does not start with a route that declares no access, and names it', async () => {
    @Controller(['note', 'memo'])
    class ForgetfulController {
      @Get('open')
      @Public()
      open(): void {}

      @Delete(':id')
      remove(): void {}
    }

    await expect(start([ForgetfulController])).rejects.toThrow(
      new UndeclaredAccessError(
        'These routes do not declare who may use them',
        ['/note/:id/', '/memo/:id/'].map((path) => ({
          method: 'DELETE',
          path,
          handler: 'ForgetfulController.remove',
          access: undefined,
        })),
        'Give the method or its class @Public(), @SignedIn() or @Requires(permission), or declare access for each verb of ' +
          'the RestController',
      ),
    );
  });

  it('does not start with a verb of a RestController that declares no access, and names its route', async () => {
    const declaration = { name: 'Product', resource: ProductResource, view: ProductView };
    @Controller('product')
    class ProductController extends RestController({
      ...declaration,
      verbs: ['list', 'delete'],
      access: openTo('list'),
    } as never) {}

    await expect(
      startProgram({
        controllers: [ProductController],
        providers: [verifier, { provide: ProductResource, useValue: { assertListable: () => undefined } }],
      }),
    ).rejects.toThrow(/DELETE \/product\/:id\/ \(ProductController\.delete\)\. Give the method/);
  });

  it('does not start with a route for callers when nothing verifies them', async () => {
    await expect(start([NoteController], [])).rejects.toThrow(
      /the program cannot verify access tokens: GET \/note\/ \(NoteController\.list\), POST \/note\/ .*Provide a TokenVerifier/,
    );
  });

  it('does not load with a route that declares its access twice, because one would be lost', () => {
    const declare = () => {
      class Contradictory {
        @SignedIn()
        @Requires('note:write')
        write(): void {}
      }
      return Contradictory;
    };

    expect(declare).toThrow(/Contradictory\.write declares its access twice/);
    expect(() => Requires(...([] as unknown as [string]))).toThrow(/names no permission/);
  });
});
