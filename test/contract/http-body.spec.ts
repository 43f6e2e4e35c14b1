// Real: the HTTP rules, Nest, Express, Node's server and sockets. Fake: the controller, which echoes the body it got.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { type Program, startProgram } from './http-program.js';
import { lastResponse, sendRaw } from './raw-http.js';

const limit = 1_024;
let program: Program;
beforeAll(async () => (program = await startProgram({}, { bodyLimitBytes: limit })));
afterAll(() => program.app.close());

function post(
  body: string | Buffer,
  headers: Record<string, string> = { 'Content-Type': 'application/json' },
) {
  return fetch(`${program.url}/echo`, { method: 'POST', headers, body: new Uint8Array(Buffer.from(body)) });
}

describe('A body', () => {
  it.each([
    undefined,
    'application/json',
    'application/json; charset=UTF-8',
    'application/vnd.api+json',
    'APPLICATION/JSON',
  ])('of content type %s is read as JSON', async (type) => {
    const response = await post('{"name":"Zoë 🙂"}', type ? { 'Content-Type': type } : {});

    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ name: 'Zoë 🙂' });
  });

  it('of a form is read as text fields; the last of repeated fields wins', async () => {
    const response = await post('name=Zo%C3%AB+P&age=7&age=8', {
      'Content-Type': 'application/x-www-form-urlencoded',
    });

    expect(await response.json()).toEqual({ name: 'Zoë P', age: '8' });
  });

  it.each([
    'text/plain',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/json; charset=latin1',
    'nonsense',
  ])('of content type %s is refused with 415', async (type) => {
    const response = await post('{}', { 'Content-Type': type });

    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ status_code: 415, error: 'HTTPException' });
  });

  it.each([
    ['malformed JSON', '{"password":"hunter2",', 'The body must be valid JSON'],
    ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'The body must be UTF-8'],
    ['an array', '[{"name":"John"}]', 'The body must be a JSON object'],
    ['a number', '42', 'The body must be a JSON object'],
    ['a text', '"hunter2"', 'The body must be a JSON object'],
    ['null', 'null', 'The body must be a JSON object'],
    [
      'JSON nested too deeply',
      '{"a":'.repeat(100) + '1' + '}'.repeat(100),
      'The body may be nested at most 32 levels deep',
    ],
  ])('that is %s is refused with a message of our own', async (_what, body, detail) => {
    const response = await post(body);

    expect(response.status).toBe(400);
    expect(await response.text()).toBe(JSON.stringify({ status_code: 400, detail, error: 'HTTPException' }));
  });

  it('of a form with a broken escape is refused', async () => {
    const response = await post('name=%FF', { 'Content-Type': 'application/x-www-form-urlencoded' });

    expect(response.status).toBe(400);
  });

  it.each(['', ' \n'])('that is empty (%j) counts as an object without fields', async (body) => {
    expect(await (await post(body)).json()).toEqual({});
  });

  it('may be compressed, and its full size counts', async () => {
    const gzip = { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' };

    expect(await (await post(gzipSync('{"name":"John"}'), gzip)).json()).toEqual({ name: 'John' });
    expect((await post(gzipSync(JSON.stringify({ bomb: '0'.repeat(100_000) })), gzip)).status).toBe(413);
    expect((await post('not gzip', gzip)).status).toBe(400);
    expect((await post('{}', { ...gzip, 'Content-Encoding': 'lzma' })).status).toBe(415);
  });

  it('is accepted with exactly as many bytes as allowed', async () => {
    const body = JSON.stringify({ name: 'x'.repeat(limit - '{"name":""}'.length) });

    expect(Buffer.byteLength(body)).toBe(limit);
    expect((await post(body)).status).toBe(200);
    expect((await post(`${body} `)).status).toBe(413);
  });

  it('over the limit gets 413, and the next request on the same connection is served', async () => {
    const big = JSON.stringify({ name: 'x'.repeat(100_000) });
    const wire = await sendRaw(
      program.port,
      `POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: ${big.length}\r\n\r\n${big}`,
      'GET /echo HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n',
    );

    expect(wire).toContain('HTTP/1.1 413 ');
    expect(wire).toContain(
      JSON.stringify({
        status_code: 413,
        detail: 'The body may have at most 1024 bytes',
        error: 'HTTPException',
      }),
    );
    expect(lastResponse(wire)).toMatchObject({ status: 200, body: '{"read":true}' });
  });

  it('of a GET is left unread', async () => {
    const wire = await sendRaw(
      program.port,
      'GET /echo HTTP/1.1\r\nHost: here\r\nConnection: close\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n\r\nabc',
    );

    expect(lastResponse(wire)).toMatchObject({ status: 200, body: '{"read":true}' });
  });
});
