// Real: the whole set-up of the app, the controllers of info and of accounts. Fake: the rules of accounts and what stands
// before them.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Module, Param, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { OpenAPIObject } from '@nestjs/swagger';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { HttpAdapter } from '../../src/http/http.adapter.js';
import { setUpApp } from '../../src/app.setup.js';
import { readSettings, Settings } from '../../src/config/settings.js';
import { apiInfo } from '../../src/openapi/api-info.js';
import { InfoController } from '../../src/resource/info/info.controller.js';
import { UserController } from '../../src/resource/user/user.controller.js';
import { UserResource } from '../../src/resource/user/user.resource.js';
import { UserView } from '../../src/resource/user/dto/user-view.dto.js';
import { RefreshCookie } from '../../src/resource/session/cookie/refresh-cookie.js';
import { SignIn } from '../../src/resource/session/sign-in.service.js';
import type { Credentials } from '../../src/resource/user/user.resource.js';
import { actionsOf } from '../../src/rest/action.js';
import { Public } from '../../src/http/access/access.decorators.js';
import { codedError } from '../../src/ddd/error/index.js';
import { IdempotentRequests } from '../../src/ddd/idempotency/index.js';
import { Limits } from '../../src/ddd/limit/index.js';

class OrderNotFoundError extends codedError('order.not-found', 'No order has this id') {}
class OrderSentError extends codedError('order.sent', 'The order is sent already') {}
class OrderPaidError extends codedError('order.paid', 'The order is paid already') {}
class UnmappedError extends codedError('order.lost', 'The order is lost') {}

const Action = actionsOf('Order', {
  'order.not-found': { status: 404, detail: 'Not Found' },
  'order.sent': { status: 409, detail: 'It is on its way' },
  'order.paid': { status: 409, detail: 'It is paid' },
});

@Controller('order')
@Public()
class OrderController {
  @Post(':id/cancel')
  @Action('Cancels an order.', {
    done: 'The order is cancelled.',
    status: 202,
    raises: [OrderNotFoundError, OrderSentError, OrderPaidError],
  })
  cancelNow(@Param('id') _id: string): void {}
}

const settings = readSettings({
  LOG_LEVEL: 'silent',
  PASSWORD_MIN_LENGTH: '9',
  RATE_LIMIT_PER_MINUTE: '0',
});

const signIn = ({ email }: Credentials): UserView =>
  UserView.of({
    ...{ email, password: 'a hash' },
    ...{ name: 'John', surname: 'Doe', id: crypto.randomUUID(), active: true },
  });

@Module({
  controllers: [UserController, InfoController, OrderController],
  providers: [
    { provide: Settings, useValue: settings },
    { provide: UserResource, useValue: {} },
    { provide: SignIn, useValue: { signIn } },
    { provide: Limits, useValue: {} },
    { provide: IdempotentRequests, useValue: {} },
    { provide: RefreshCookie, useValue: {} },
  ],
})
class TestModule {}

let app: NestExpressApplication;
let url: string;
let document: OpenAPIObject;

beforeAll(async () => {
  app = await NestFactory.create<NestExpressApplication>(TestModule, new HttpAdapter(), {
    bodyParser: false,
    logger: false,
  });
  setUpApp(app);
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
  document = (await (await fetch(`${url}/schema/`)).json()) as OpenAPIObject;
});
afterAll(() => app.close());

function operations() {
  return Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, ...(operation as object) })),
  );
}

function schemaCheck(name: string) {
  const ajv = new Ajv2020({ strict: false });
  addFormats.default(ajv);
  return ajv.addSchema(document, 'document').compile({ $ref: `document#/components/schemas/${name}` });
}

describe('The OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate({ ...document });

    expect(result.errors ?? []).toEqual([]);
    expect(result.valid).toBe(true);
    expect(document.openapi).toMatch(/^3\.1\./);
  });

  it('lists the operations as published, with the trailing slash', () => {
    expect(operations()).toMatchObject([
      { path: '/user/', method: 'post', operationId: 'createUser', tags: ['User'], summary: 'User create' },
      {
        path: '/user/signin/',
        method: 'post',
        operationId: 'signInUser',
        tags: ['User'],
        summary: 'User sign in',
      },
      {
        path: '/user/activate/',
        method: 'post',
        operationId: 'activateUser',
        tags: ['User'],
        summary: 'User activate',
      },
      { path: '/user/deactivate/', method: 'post', operationId: 'deactivateUser', tags: ['User'] },
      { path: '/', method: 'get', operationId: 'info', tags: ['Info'], summary: 'Ping' },
      {
        path: '/order/{id}/cancel/',
        method: 'post',
        operationId: 'cancelNowOrder',
        tags: ['Order'],
        summary: 'Order cancel now',
      },
    ]);
    expect(operations()).toHaveLength(6);
  });

  it('declares the tags that its operations have, and no others', () => {
    expect(document.tags?.map(({ name }) => name)).toEqual(['User', 'Info', 'Order']);
  });

  it.each([
    ['/user/', ['200', '400', '409', '413', '415', '422', '429', '500', '503']],
    ['/user/signin/', ['200', '400', '401', '404', '413', '415', '429', '500', '503']],
    ['/user/activate/', ['200', '400', '401', '404', '413', '415', '429', '500', '503']],
    ['/user/deactivate/', ['200', '400', '401', '404', '413', '415', '429', '500', '503']],
  ])('lists every response of %s, each error with a schema', (path, statuses) => {
    const responses = document.paths[path]?.post?.responses ?? {};

    expect(Object.keys(responses)).toEqual(statuses);
    for (const status of statuses.slice(1))
      expect(responses[status]).toMatchObject({
        content: { 'application/json': { schema: expect.anything() } },
      });
  });

  it('has the example request of the specification, which its own schema accepts', () => {
    const body = document.paths['/user/']?.post?.requestBody as unknown as {
      content: Record<string, { examples: { John: { value: object } } }>;
    };

    expect(Object.keys(body.content)).toEqual(['application/json', 'application/x-www-form-urlencoded']);
    expect(body.content['application/json']?.examples.John.value).toEqual({
      name: 'John',
      surname: 'Doe',
      email: 'john@example.com',
      password: '123456',
    });
    expect(schemaCheck('UserCredentials')({ email: 'john@example.com', password: '123456' })).toBe(true);
  });

  it('documents the password length of the settings', () => {
    expect(document.components?.schemas?.['UserDetails']).toMatchObject({
      properties: { password: { minLength: 9, maxLength: 256 } },
    });
  });

  it.each(['/schema', '/schema/'])('is served at %s as JSON', async (path) => {
    const response = await fetch(url + path);

    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.json()).toEqual(document);
  });

  it('describes the actual responses', async () => {
    const send = async (path: string, body: object) =>
      (await fetch(url + path, { method: 'POST', body: new Blob([JSON.stringify(body)]) })).json();

    const view = await send('/user/signin', { email: 'John@example.com', password: 'x' });
    expect(view).toMatchObject({ email: 'john@example.com', password: '...' });
    expect(schemaCheck('UserView')(view)).toBe(true);
    expect(schemaCheck('ValidationError')(await send('/user', { password: '12345678' }))).toBe(true);
    expect(schemaCheck('HttpError')(await send('/user/nowhere', {}))).toBe(true);
    expect(schemaCheck('InfoView')(await (await fetch(url)).json())).toBe(true);
    expect(schemaCheck('HttpError')(view)).toBe(false);
  });
});

describe('An action', () => {
  it('documents each error that it raises, under the status and with the text of its mapping', () => {
    const { responses } = document.paths['/order/{id}/cancel/']?.post ?? {};
    const errorOf = (status: number) =>
      (responses?.[status] as { content: Record<string, { example: { detail: string } }> }).content[
        'application/json'
      ]?.example.detail;

    expect(Object.keys(responses ?? {})).toEqual(['202', '404', '409', '500', '503']);
    expect(responses).toMatchObject({
      202: { description: 'The order is cancelled.' },
      404: { description: 'No order has this id.' },
      409: { description: 'The order is sent already. The order is paid already.' },
    });
    expect([errorOf(404), errorOf(409)]).toEqual(['Not Found', 'It is on its way']);
  });

  it('documents a broken rule beside wrong fields, where both are 400', () => {
    const { responses } = document.paths['/user/signin/']?.post ?? {};

    expect(responses?.[400]).toMatchObject({
      description: 'User not active, fields missing or wrong, or body malformed.',
      content: {
        'application/json': {
          examples: {
            'Not active': { value: { detail: 'User must be activated via /user/activate/' } },
            'Missing or wrong field': { value: { detail: { email: { type: 'missing' } } } },
          },
        },
      },
    });
  });

  it('responds with the status that it declares', async () => {
    expect((await fetch(`${url}/order/1/cancel/`, { method: 'POST' })).status).toBe(202);
  });

  it('does not compile with an error that has no mapping', () => {
    // @ts-expect-error no response is mapped to order.lost
    expect(() => Action('Loses an order.', { done: 'It is lost.', raises: [UnmappedError] })).not.toThrow();
  });
});

describe('GET /', () => {
  it('returns the title and description of the document', async () => {
    expect(await (await fetch(url)).text()).toBe(
      '{"title":"Domain-driven API","description":"Domain-driven design with NestJS","public":true}',
    );
    expect(document.info).toMatchObject({
      title: 'Domain-driven API',
      description: 'Domain-driven design with NestJS',
      version: apiInfo.version,
    });
  });
});

describe('Swagger UI', () => {
  it.each(['/docs', '/docs/'])(
    'at %s loads everything from this server, and runs no inline script',
    async (path) => {
      const response = await fetch(url + path);
      const page = await response.text();
      const links = [...page.matchAll(/(?:src|href)=["']([^"']+)["']/g)].map(([, link]) => link ?? '');

      expect(response.headers.get('content-security-policy')).toContain(
        "default-src 'none'; script-src 'self'",
      );
      expect(page).not.toMatch(/<script(?![^>]*\bsrc=)/);
      expect(links.length).toBeGreaterThan(4);
      for (const link of links) {
        const asset = await fetch(new URL(link, url + path));
        expect([link, asset.status]).toEqual([link, 200]);
        expect(new URL(link, url + path).origin).toBe(url);
        await asset.arrayBuffer();
      }
    },
  );

  it('has a viewport for small screens, and links to the document', async () => {
    const page = await (await fetch(`${url}/docs/`)).text();

    expect(page).toContain('<meta name="viewport" content="width=device-width, initial-scale=1">');
    const [, document = ''] = /<a href="([^"]+)">OpenAPI document/.exec(page) ?? [];
    expect(new URL(document, `${url}/docs/`).pathname).toBe('/schema/');
  });

  it.each(['/docs/', '/docs/swagger-ui.css', '/docs/swagger-ui-bundle.js', '/docs/swagger-ui-init.js'])(
    'allows caching of %s',
    async (path) => {
      const response = await fetch(url + path);
      await response.arrayBuffer();

      expect([response.status, response.headers.get('cache-control')]).toEqual([200, 'public, max-age=300']);
    },
  );

  it.each<[string, Record<string, string>, number]>([
    ['nothing.js', {}, 404],
    ['swagger-ui.css', { Range: 'bytes=99999999-' }, 416],
    ['swagger-ui.css', { 'If-Match': '"other"' }, 412],
  ])('forbids caching of an error of /docs/%s (%j)', async (file, headers, status) => {
    const response = await fetch(`${url}/docs/${file}`, { headers });

    expect([response.status, response.headers.get('cache-control')]).toEqual([status, 'no-store']);
    expect(await response.json()).toMatchObject({ status_code: status, error: 'HTTPException' });
  });

  it.each([
    'nothing.js',
    'index.html',
    'package.json',
    'README.md',
    'swagger-ui.js',
    'swagger-ui-bundle.js.map',
    'swagger-ui-es-bundle.js',
    'swagger-initializer.js',
    'oauth2-redirect.html',
    'LICENSE',
    'docs/swagger-ui-init.js',
    'swagger-ui.css/',
    '%2e%2e/package.json',
  ])('answers /docs/%s, which its page does not need, with the envelope', async (file) => {
    const response = await fetch(`${url}/docs/${file}`);

    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ status_code: 404, detail: 'Not Found', error: 'HTTPException' });
  });

  it('answers other methods than GET with 405', async () => {
    const response = await fetch(`${url}/docs/`, { method: 'POST' });

    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });
});
