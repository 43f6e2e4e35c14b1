// Real: the HTTP rules, Nest, Express, Node's server and raw sockets. Fake: the controller, which counts.
import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { type Program, startProgram } from './http-program.js';
import { lastResponse, sendRaw } from './raw-http.js';
import { Public } from '../../src/http/access/access.decorators.js';

let begun = 0;

@Controller('counted')
@Public()
class CountedController {
  @Get()
  count(): object {
    return { begun: ++begun };
  }
}

let program: Program;
beforeAll(async () => (program = await startProgram({ controllers: [CountedController] })));
afterAll(() => program.app.close());

const tenMegabytes = Buffer.alloc(10 * 1024 * 1024, 'x');
const counted = 'GET /counted HTTP/1.1\r\nHost: here\r\n\r\n';
const statuses = (wire: string) =>
  [...wire.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

/** Sends endlessly, and resolves with what was received when the server ends its side. */
async function respondWhileSending(...pieces: (string | Buffer)[]): Promise<string> {
  const socket = connect(program.port, '127.0.0.1');
  let wire = '';
  socket.on('data', (bytes) => (wire += bytes.toString('utf8')));
  for (const piece of pieces) socket.write(piece);
  // Rejects when the connection is reset instead.
  await once(socket, 'end');
  socket.destroy();
  return wire;
}

describe('After the last response of a connection', () => {
  it.each([
    [
      'asked for with Connection: close',
      'GET /echo HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n',
      200,
    ],
    ['by HTTP/1.0', 'GET /echo HTTP/1.0\r\n\r\n', 200],
    [
      'for a body that was never asked for',
      'POST /nowhere HTTP/1.1\r\nHost: here\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc',
      404,
    ],
    ['that is malformed', 'hello there\r\n\r\n', 400],
  ])('%s, no further request begins', async (_why, first, status) => {
    const before = begun;
    const wire = await sendRaw(program.port, first + counted, counted);

    expect([statuses(wire), begun - before]).toEqual([[status], 0]);
  });
});

describe('The last response reaches a client that keeps sending', () => {
  it.each([
    ['a body that is declared too long', 'Content-Length: 10485760\r\n\r\n', 413],
    ['chunks that are too long together', 'Transfer-Encoding: chunked\r\n\r\na00000\r\n', 413],
    ['a body of another type', 'Content-Type: text/plain\r\nContent-Length: 10485760\r\n\r\n', 415],
    ['a header that is too long', 'X-Long: ', 431],
  ])('%s', async (_what, rest, status) => {
    const wire = await respondWhileSending(`POST /echo HTTP/1.1\r\nHost: here\r\n${rest}`, tenMegabytes);

    expect(statuses(wire)).toEqual([status]);
  });

  it('with Connection: close, so that no client keeps the connection for its next request', async () => {
    const post = request({
      port: program.port,
      path: '/echo',
      method: 'POST',
      headers: { 'Content-Length': tenMegabytes.length },
    });
    post.on('error', () => undefined);
    post.end(tenMegabytes);
    const [response] = (await once(post, 'response')) as [import('node:http').IncomingMessage];
    post.destroy();

    expect([response.statusCode, response.headers.connection]).toEqual([413, 'close']);
  });
});

describe('Expect: 100-continue', () => {
  const body = '{"a":1}';
  const held = (version: string, headers: string) =>
    `POST /echo HTTP/${version}\r\nHost: here\r\nContent-Length: ${body.length}\r\n${headers}\r\n${body}`;
  const last = 'GET /echo HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n';

  it.each(['100-continue', '100-Continue', '100-continue, 100-continue', 'something, 100-continue'])(
    '%j gets 100 Continue, and the connection stays open',
    async (expectation) => {
      const wire = await sendRaw(program.port, held('1.1', `Expect: ${expectation}\r\n`) + last);

      expect(statuses(wire)).toEqual([100, 200, 200]);
      expect(wire.match(/^Connection: .*$/gm)).toEqual(['Connection: keep-alive', 'Connection: close']);
    },
  );

  it('is ignored in HTTP/1.0, which has no such response', async () => {
    const wire = await sendRaw(program.port, held('1.0', 'Expect: 100-continue\r\n'));

    expect(statuses(wire)).toEqual([200]);
    expect(lastResponse(wire).body).toBe(body);
  });
});

describe('CONNECT', () => {
  it.each(['', 'GET /echo HTTP/1.1\r\nHost: here\r\n\r\n'])(
    'is refused with the envelope after %j',
    async (earlier) => {
      const wire = await sendRaw(program.port, `${earlier}CONNECT here:80 HTTP/1.1\r\nHost: here:80\r\n\r\n`);

      expect(statuses(wire)).toEqual(earlier ? [200, 400] : [400]);
      expect(lastResponse(wire).body).toBe(
        '{"status_code":400,"detail":"Bad Request","error":"HTTPException"}',
      );
    },
  );
});
