// Real: the HTTP rules and bytes on a raw socket. Fake: the elapsed time of the request that is late, whose error is
// raised manually on the server's own socket, as Node does it after its limits.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type Program, startProgram } from './http-program.js';
import { lastResponse, sendRaw } from './raw-http.js';

let program: Program;
beforeAll(async () => (program = await startProgram()));
afterAll(() => program.app.close());

const close = 'Host: here\r\nConnection: close\r\n';

describe('A request that no route can see', () => {
  it.each([
    ['garbage', 'hello there\r\n\r\n', 400, 'Bad Request'],
    ['an unknown method', `BREW /echo HTTP/1.1\r\n${close}\r\n`, 400, 'Bad Request'],
    [
      'a broken chunk',
      'POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
      400,
      'Bad Request',
    ],
    [
      'two lengths',
      'POST /echo HTTP/1.1\r\nHost: here\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
      'Bad Request',
    ],
    [
      'endless headers',
      `GET /echo HTTP/1.1\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`,
      431,
      'Request Header Fields Too Large',
    ],
    ['no Host', 'GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'HTTP/1.1 requires the Host header'],
    ['a target that is no address', `GET http://[ HTTP/1.1\r\n${close}\r\n`, 404, 'Not Found'],
    ['an asterisk', `OPTIONS * HTTP/1.1\r\n${close}\r\n`, 404, 'Not Found'],
  ])('with %s gets the envelope and an id', async (_what, bytes, status, detail) => {
    const response = lastResponse(await sendRaw(program.port, bytes));

    expect(response.status).toBe(status);
    expect(response.body).toBe(JSON.stringify({ status_code: status, detail, error: 'HTTPException' }));
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('connection')).toBe('close');
    expect(program.log().some(({ id }) => id === response.headers.get('x-request-id'))).toBe(true);
  });

  it('with an unknown expectation is still served', async () => {
    const wire = await sendRaw(program.port, `GET /echo HTTP/1.1\r\n${close}Expect: tea\r\n\r\n`);

    expect(lastResponse(wire)).toMatchObject({ status: 200, body: '{"read":true}' });
  });

  it('with an absolute target is served by its path', async () => {
    const wire = await sendRaw(program.port, `GET http://here/echo?x=1 HTTP/1.1\r\n${close}\r\n`);

    expect(lastResponse(wire)).toMatchObject({ status: 200, body: '{"read":true}' });
  });

  it('that never ends gets 408', async () => {
    const { response, serverSide, client } = await slowRequest();
    timeOut(serverSide);
    await once(client, 'close');

    expect(lastResponse(response())).toMatchObject({
      status: 408,
      body: JSON.stringify({ status_code: 408, detail: 'Request Timeout', error: 'HTTPException' }),
    });
  });

  it.each([
    ['garbage', 'hello there\r\nOrigin: ORIGIN\r\n\r\n'],
    ['an unknown method', `BREW /echo HTTP/1.1\r\n${close}Origin: ORIGIN\r\n\r\n`],
    [
      'a broken chunk',
      'POST /echo HTTP/1.1\r\nHost: here\r\nOrigin: ORIGIN\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    ],
    ['endless headers', `GET /echo HTTP/1.1\r\norigin:ORIGIN\r\nX: ${'a'.repeat(20_000)}\r\n\r\n`],
    ['no Host', 'GET /echo HTTP/1.1\r\nOrigin: ORIGIN\r\nConnection: close\r\n\r\n'],
    ['a target that is no address', `GET http://[ HTTP/1.1\r\n${close}Origin: ORIGIN\r\n\r\n`],
  ])(
    'for %s can be read by pages of listed origins alone, and its answer varies by origin',
    async (_what, bytes) => {
      const listed = 'https://app.example.com';
      const open = await startProgram({}, { corsOrigins: [listed] });
      try {
        for (const origin of [listed, 'https://evil.example.com']) {
          const { headers, status } = lastResponse(await sendRaw(open.port, bytes.replace('ORIGIN', origin)));
          expect(status).toBeGreaterThanOrEqual(400);
          expect(headers.get('vary')).toBe('Origin');
          expect(headers.get('access-control-allow-origin')).toBe(origin === listed ? listed : undefined);
        }
        const { headers } = lastResponse(await sendRaw(open.port, bytes.replace(/origin: ?ORIGIN\r\n/i, '')));
        expect([headers.get('vary'), headers.get('access-control-allow-origin')]).toEqual([
          'Origin',
          undefined,
        ]);
        const { headers: closed } = lastResponse(
          await sendRaw(program.port, bytes.replace('ORIGIN', listed)),
        );
        expect([closed.get('vary'), closed.get('access-control-allow-origin')]).toEqual([
          undefined,
          undefined,
        ]);
      } finally {
        await open.app.close();
      }
    },
  );

  it('leaves the service up', async () => {
    expect((await fetch(`${program.url}/echo`)).status).toBe(200);
  });
});

describe('The server', () => {
  it('limits the duration of headers and requests', () => {
    const server: Server = program.app.getHttpServer();

    expect(server.keepAliveTimeout).toBe(65_000);
    expect(server.headersTimeout).toBe(66_000);
    expect(server.requestTimeout).toBe(30_000);
  });
});

async function slowRequest() {
  const server: Server = program.app.getHttpServer();
  const connected = once(server, 'connection') as Promise<[Socket]>;
  const client = connect(program.port, '127.0.0.1');
  let text = '';
  client.on('data', (bytes) => (text += bytes.toString()));
  client.write('POST /echo HTTP/1.1\r\nHost: he');
  const [serverSide] = await connected;
  return { response: () => text, serverSide, client };
}

function timeOut(serverSide: Socket): void {
  const server: Server = program.app.getHttpServer();
  server.emit(
    'clientError',
    Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }),
    serverSide,
  );
}
