/**
 * The wire contract, row by row, on the whole app: routes, domain answers in their order, input, fields.
 * Real: the app, the databases, Argon2id (with little memory), sockets. Fake: nothing; the notification service is out
 * of reach. What a rule does in every corner is seen in test/contract; here each is seen to hold in the assembly.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { lastResponse, sendRaw } from '../contract/raw-http.js';
import { newAccount } from '../support/accounts.js';
import { databaseKinds } from '../support/databases.js';
import { expectEnvelope } from '../support/envelopes.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { useDatabase } from '../support/use-database.js';

const accountPaths = ['/user/', '/user/signin/', '/user/activate/', '/user/deactivate/'];
const credentialPaths = accountPaths.slice(1);
const limit = 16_384;
const notActive = 'User must be activated via /user/activate/';

describe.each(databaseKinds)('The wire contract on %s', (kind) => {
  const database = useDatabase(kind);
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ database: database.url });
  });
  afterAll(() => app.close());

  const activated = async () => {
    const account = newAccount();
    await app.post('/user/', account);
    await app.post('/user/activate/', account);
    return account;
  };

  describe('Routes', () => {
    it('GET / returns the title and description of the document, in this order', async () => {
      const { info } = JSON.parse((await app.send('/schema/')).text) as { info: Record<string, string> };
      const response = await app.send('/');
      expect(response.status).toBe(200);
      expect(response.text).toBe(
        JSON.stringify({ title: info['title'], description: info['description'], public: true }),
      );
    });

    it.each(['/docs/', '/schema/'])('GET %s answers the same without the trailing slash', async (path) => {
      const [with_, without] = [await app.send(path), await app.send(path.slice(0, -1))];
      expect([with_.status, without.status]).toEqual([200, 200]);
      expect(without.headers.get('content-type')).toBe(with_.headers.get('content-type'));
      if (path === '/schema/') expect(without.text).toBe(with_.text);
    });

    it.each(['/', '/docs/', '/docs', '/schema/', '/schema'])(
      'HEAD %s answers like GET, without the body',
      async (path) => {
        const [get, head] = [await app.send(path), await app.send(path, { method: 'HEAD' })];
        expect([head.status, head.text]).toEqual([200, '']);
        for (const name of ['content-type', 'content-length'])
          expect(head.headers.get(name)).toBe(get.headers.get(name));
      },
    );

    it.each([
      ['with', '/'],
      ['without', ''],
    ])('%s the trailing slash take an account through its life repeatedly', async (_, end) => {
      const account = newAccount();
      const { email, name, surname } = account;
      const response = async (path: string) => {
        const { status, text } = await app.post(`/user${path}${end}`, account);
        return [status, text];
      };
      expect(await response('')).toEqual([200, '']);
      for (let round = 1; round <= 2; round++) {
        expectEnvelope(await app.post(`/user/signin${end}`, account), 400, notActive);
        expect(await response('/activate')).toEqual([200, '']);
        expect(await response('/activate')).toEqual([200, '']);
        const [status, text] = await response('/signin');
        const { id } = JSON.parse(String(text)) as { id: string };
        expect(id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
        // Columns that a team adds to the account come after these.
        const specified = JSON.stringify({ email, password: '...', name, surname, id, active: true });
        expect([status, String(text).slice(0, specified.length - 1)]).toEqual([200, specified.slice(0, -1)]);
        expect(await response('/deactivate')).toEqual([200, '']);
        expect(await response('/deactivate')).toEqual([200, '']);
      }
    });
  });

  describe('Domain answers', () => {
    it.each(credentialPaths)('%s: 404 for an unknown e-mail, then 401 for a wrong password', async (path) => {
      const account = newAccount();
      expectEnvelope(await app.post(path, account), 404, 'Not Found');
      await app.post('/user/', account);
      expectEnvelope(await app.post(path, { ...account, password: 'wrong' }), 401, 'Unauthorized');
    });

    it('a wrong password of an inactive account is 401, not 400', async () => {
      const account = newAccount();
      await app.post('/user/', account);
      expectEnvelope(await app.post('/user/signin/', { ...account, password: '1' }), 401, 'Unauthorized');
      expectEnvelope(await app.post('/user/signin/', account), 400, notActive);
    });

    it('a second create of an e-mail answers 200 and changes nothing: no name, no password, no message', async () => {
      const account = await activated();
      const messages = () => app.get(DataSource).getRepository('outbox_message').count();
      const before = await messages();
      const again = { ...account, name: 'Mallory', surname: 'M', password: 'another-password' };
      const { status, text } = await app.post('/user/', again);
      expect([status, text]).toEqual([200, '']);
      expect(JSON.parse((await app.post('/user/signin/', account)).text)).toMatchObject({
        name: 'John',
        surname: 'Doe',
        active: true,
      });
      expectEnvelope(await app.post('/user/signin/', again), 401, 'Unauthorized');
      expect(await messages()).toBe(before);
    });
  });

  describe('Input', () => {
    const json = { 'Content-Type': 'application/json' };
    const missing = (...fields: string[]) =>
      Object.fromEntries(
        fields.map((field) => [field, { type: 'missing', loc: [field], msg: 'Field required' }]),
      );
    const send = (path: string, body: string | Buffer, headers: Record<string, string> = json) =>
      app.send(path, { method: 'POST', headers, body: new Uint8Array(Buffer.from(body)) });

    it.each<[string, string | Buffer, number, string]>([
      ['malformed JSON', '{"email":"a@example.com","password":"hunter2"', 400, 'The body must be valid JSON'],
      ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 400, 'The body must be UTF-8'],
      ['an array', '[{"email":"a@example.com"}]', 400, 'The body must be a JSON object'],
      ['a text', '"hunter2"', 400, 'The body must be a JSON object'],
      ['a number', '42', 400, 'The body must be a JSON object'],
      ['null', 'null', 400, 'The body must be a JSON object'],
      [
        'a body over the limit',
        JSON.stringify({ email: 'x'.repeat(limit) }),
        413,
        `The body may have at most ${limit} bytes`,
      ],
    ])('%s is refused on every account route', async (_what, body, status, detail) => {
      for (const path of accountPaths) expectEnvelope(await send(path, body), status, detail);
    });

    it.each(['text/plain', 'multipart/form-data; boundary=x', 'application/xml'])(
      'of content type %s is refused with 415',
      async (type) => {
        for (const path of accountPaths)
          expectEnvelope(
            await send(path, '{}', { 'Content-Type': type }),
            415,
            'Send application/json or application/x-www-form-urlencoded, in UTF-8',
          );
      },
    );

    it('without a body reports every field as missing', async () => {
      expectEnvelope(
        await send('/user/', ''),
        400,
        missing('name', 'surname', 'email', 'password'),
        'ValidationError',
      );
      for (const path of credentialPaths)
        expectEnvelope(await send(path, ''), 400, missing('email', 'password'), 'ValidationError');
    });

    it('with empty or wrong-typed fields is reported per field, and never echoed', async () => {
      const response = await app.post('/user/', {
        name: '',
        surname: ['hunter2'],
        email: 'hunter2',
        password: 123,
      });
      const error = (field: string, type: string, msg: string) => ({ [field]: { type, loc: [field], msg } });
      expectEnvelope(
        response,
        400,
        {
          ...error('name', 'string_too_short', 'Must not be empty'),
          ...error('surname', 'string_type', 'Must be a string'),
          ...error('email', 'email_format', 'Must be an e-mail address'),
          ...error('password', 'string_type', 'Must be a string'),
        },
        'ValidationError',
      );
    });

    it('may have unknown fields, which are ignored: no client creates an active account or chooses an id', async () => {
      const account = newAccount();
      const more = { active: true, id: 'mine', constructor: 1, admin: true };
      expect((await app.post('/user/', { ...account, ...more })).status).toBe(200);
      expectEnvelope(await app.post('/user/signin/', account), 400, notActive);
      await app.post('/user/activate/', account);
      expect((await app.post('/user/signin/', account)).text).not.toContain('mine');
    });

    it.each([
      ['no content type', {}],
      ['application/json', json],
      ['application/*+json', { 'Content-Type': 'application/vnd.api+json' }],
    ])('with %s is read as JSON', async (_what, headers) => {
      const account = newAccount();
      expect((await send('/user/', JSON.stringify(account), headers)).status).toBe(200);
      expect((await app.post('/user/activate/', account)).status).toBe(200);
    });

    it('is accepted as a form', async () => {
      const account = newAccount();
      const form = new URLSearchParams(account).toString();
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
      expect((await send('/user/', form, headers)).status).toBe(200);
      expect((await send('/user/activate/', form, headers)).status).toBe(200);
      expect((await app.post('/user/signin/', account)).status).toBe(200);
    });

    it('over the limit leaves the connection usable', async () => {
      const big = JSON.stringify({ email: 'x'.repeat(2 * limit) });
      const wire = await sendRaw(
        app.port,
        `POST /user/signin/ HTTP/1.1\r\nHost: here\r\nContent-Length: ${big.length}\r\n\r\n${big}`,
        'GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n',
      );
      expect(wire).toContain('HTTP/1.1 413 ');
      expect(lastResponse(wire).status).toBe(200);
    });

    it.each([
      ['/', 'POST', 'GET, HEAD, OPTIONS'],
      ['/schema/', 'POST', 'GET, HEAD, OPTIONS'],
      ['/docs/', 'DELETE', 'GET, HEAD, OPTIONS'],
      ...accountPaths.flatMap((path) => [
        [path, 'GET', 'POST, OPTIONS'],
        [path, 'PUT', 'POST, OPTIONS'],
        [path.slice(0, -1), 'DELETE', 'POST, OPTIONS'],
      ]),
    ])('at %s by %s gets 405 with Allow', async (path, method, allow) => {
      const response = await app.send(path, { method });
      expectEnvelope(response, 405, 'Method Not Allowed');
      expect(response.headers.get('allow')).toBe(allow);
    });

    it.each(['/nowhere', '/user/nowhere/', '/user/signin/deeper', '/schema/x'])(
      'at the unknown path %s gets 404, whatever it contains',
      async (path) => {
        expectEnvelope(await app.send(path), 404, 'Not Found');
        expectEnvelope(await send(path, 'x'.repeat(2 * limit)), 404, 'Not Found');
      },
    );

    it('that is not HTTP gets the envelope', async () => {
      const { status, headers, body } = lastResponse(await sendRaw(app.port, 'hello\r\n\r\n'));
      const response = { status, headers: new Headers([...headers]), text: body };
      expectEnvelope(response, 400, 'Bad Request');
    });
  });

  describe('Fields', () => {
    it('an e-mail is one identity in any case and with blanks around it, and is returned in lower case', async () => {
      const account = newAccount();
      const shouted = { ...account, email: `  ${account.email.toUpperCase()}\t` };
      expect((await app.post('/user/', shouted)).status).toBe(200);
      expect((await app.post('/user/activate/', account)).status).toBe(200);
      const { status, text } = await app.post('/user/signin/', shouted);
      expect(status).toBe(200);
      expect(JSON.parse(text)).toMatchObject({ email: account.email });
      await app.post('/user/', { ...account, password: 'another-password' });
      expect((await app.post('/user/signin/', account)).status).toBe(200);
    });

    it('names are trimmed and keep every script; passwords keep their blanks', async () => {
      const account = { ...newAccount(), name: '  Zoë 🙂 ', surname: '\tРиваль\n', password: ' 1234 ' };
      expect((await app.post('/user/', account)).status).toBe(200);
      expectEnvelope(
        await app.post('/user/activate/', { ...account, password: '1234' }),
        401,
        'Unauthorized',
      );
      await app.post('/user/activate/', account);
      expect(JSON.parse((await app.post('/user/signin/', account)).text)).toMatchObject({
        name: 'Zoë 🙂',
        surname: 'Риваль',
      });
    });

    const longest = `${'a'.repeat(64)}@${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(57)}.com`;
    it.each([
      ['email', longest, 200],
      ['email', `a${longest}`, 400],
      ['name', `J${'🙂'.repeat(199)}`, 200],
      ['name', '🙂', 400],
      ['name', '🙂'.repeat(201), 400],
      ['surname', 'a\u0007b', 400],
      ['password', '🙂'.repeat(256), 200],
      ['password', 'x'.repeat(257), 400],
      ['password', '12345', 400],
      ['name', 'a\0b', 400],
      ['password', 'a\ud800bcdef', 400],
    ])('%s of %j gets %i, from validation and storage alike', async (field, value, status) => {
      expect((await app.post('/user/', { ...newAccount(), [field]: value })).status).toBe(status);
    });

    it.each(credentialPaths)(
      '%s accepts any password of up to 256 characters as an attempt',
      async (path) => {
        const { email } = newAccount();
        for (const password of ['1', 'x'.repeat(256)])
          expectEnvelope(await app.post(path, { email, password }), 404, 'Not Found');
        for (const password of ['', 'x'.repeat(257)])
          expect((await app.post(path, { email, password })).status).toBe(400);
      },
    );
  });
});
