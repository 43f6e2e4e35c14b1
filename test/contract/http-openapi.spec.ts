// Real: the whole set-up of the app, the info route, the classes and docs of the user routes. Fake: the user
// controller,
// which answers from memory.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, HttpCode, Module, Post } from '@nestjs/common';
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
import {
  ActivateDocs,
  CreateUserDocs,
  DeactivateDocs,
  SignInDocs,
} from '../../src/resource/user/docs/user.docs.js';
import { UserCredentials } from '../../src/resource/user/dto/user-credentials.dto.js';
import { UserDetails } from '../../src/resource/user/dto/user-details.dto.js';
import { UserView } from '../../src/resource/user/dto/user-view.dto.js';
import { Public } from '../../src/http/access/access.decorators.js';

@Controller('user')
@Public()
class UserController {
  @Post()
  @HttpCode(200)
  @CreateUserDocs()
  create(@Body() _details: UserDetails): void {}

  @Post('signin')
  @HttpCode(200)
  @SignInDocs()
  signIn(@Body() { email }: UserCredentials): UserView {
    const stored = {
      email,
      password: 'a hash',
      name: 'John',
      surname: 'Doe',
      id: crypto.randomUUID(),
      active: true,
    };
    return UserView.of(stored);
  }

  @Post('activate')
  @HttpCode(200)
  @ActivateDocs()
  activate(@Body() _credentials: UserCredentials): void {}

  @Post('deactivate')
  @HttpCode(200)
  @DeactivateDocs()
  deactivate(@Body() _credentials: UserCredentials): void {}
}

const settings = readSettings({ LOG_LEVEL: 'silent', PASSWORD_MIN_LENGTH: '9' });

@Module({
  controllers: [UserController, InfoController],
  providers: [{ provide: Settings, useValue: settings }],
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
    ]);
    expect(operations()).toHaveLength(5);
  });

  it.each([
    ['/user/', ['200', '400', '413', '415', '429', '500', '503']],
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
