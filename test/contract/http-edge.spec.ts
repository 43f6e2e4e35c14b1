// Real: the HTTP rules, Nest, Express, Node's server and raw sockets. Fake: the controller, which answers when it is
// told.
import { once } from 'node:events';
import type { Server, ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import type { Express } from 'express';
import { HttpAdapter } from '../../src/http/http.adapter.js';
import { until } from '../support/until.js';
import { type Program, startProgram } from './http-program.js';
import { lastResponse, sendRaw } from './raw-http.js';
import { Public } from '../../src/http/access/access.decorators.js';

/** Requests that wait for their responses, oldest first. */
const waiting: (() => void)[] = [];
const respondAll = () => waiting.splice(0).forEach((respond) => respond());

@Controller('slow')
@Public()
class SlowController {
  @Get()
  async wait(): Promise<object> {
    await new Promise<void>((resolve) => waiting.push(resolve));
    return { slow: true };
  }
}

let program: Program;
beforeAll(async () => (program = await startProgram({ controllers: [SlowController] })));
afterEach(respondAll);
afterAll(() => program.app.close());

const get = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: here\r\n${more}\r\n`;
const post = (headers: string) => `POST /echo HTTP/1.1\r\nHost: here\r\nConnection: close\r\n${headers}\r\n`;
const statuses = (wire: string) =>
  [...wire.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));

/** A connection whose responses can be read as they arrive. */
async function open(): Promise<{ socket: Socket; wire: () => string }> {
  const socket = connect(program.port, '127.0.0.1');
  let wire = '';
  socket.on('data', (bytes) => (wire += bytes.toString('utf8')));
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return { socket, wire: () => wire };
}

describe('A request', () => {
  it('has the prototype of Express on arrival, and so has its response, so that Express changes neither', async () => {
    const express: Express = program.app.getHttpAdapter().getInstance();
    const server: Server = program.app.getHttpServer();
    const isReady: boolean[] = [];
    const { request: requests, response: responses } = express;
    server.prependOnceListener('request', (request, response) =>
      isReady.push(
        Object.getPrototypeOf(request) === requests,
        Object.getPrototypeOf(response) === responses,
      ),
    );
    expect((await fetch(`${program.url}/echo`)).status).toBe(200);
    expect(isReady).toEqual([true, true]);
  });

  it('of a path gets the same answer when the path has been asked for before', async () => {
    const answers = async () => {
      const told: unknown[] = [];
      for (const path of ['/echo', '/echo/', '/echo/details', '/echo//', '/Echo', '/echo/details/x', '/'])
        for (const method of ['GET', 'HEAD', 'OPTIONS', 'DELETE']) {
          const { status, headers } = await fetch(program.url + path, { method });
          told.push([path, method, status, headers.get('allow')]);
        }
      return told;
    };
    const first = await answers();
    expect(first).toContainEqual(['/echo/', 'DELETE', 405, 'GET, POST, HEAD, OPTIONS']);
    expect(first).toContainEqual(['/echo//', 'GET', 404, null]);
    expect(await answers()).toEqual(first);
  });
});

describe('Pipelined requests', () => {
  it('are all released when their connection is reset, and those that had not begun never begin', async () => {
    const server: Server = program.app.getHttpServer();
    let closed = 0;
    const count = (_request: unknown, response: ServerResponse) => response.once('close', () => closed++);
    server.on('request', count);
    const logged = program.log().length;
    const { socket } = await open();
    socket.write(get('/slow').repeat(20));
    await until('the first request waits', () => waiting.length > 0);
    socket.resetAndDestroy();

    await until('all are released', () => closed === 20);
    server.off('request', count);
    expect(waiting).toHaveLength(1);
    expect(
      program
        .log()
        .slice(logged)
        .map(({ msg }) => msg),
    ).toEqual(['request aborted']);
  });

  it('begin one after another', async () => {
    const { socket, wire } = await open();
    socket.write(get('/slow').repeat(3));
    for (let answered = 0; answered < 3; answered++) {
      await until('the next request waits', () => waiting.length > 0);
      expect([waiting.length, statuses(wire()).length]).toEqual([1, answered]);
      respondAll();
      await until('its answer comes', () => statuses(wire()).length === answered + 1);
    }
    socket.destroy();
  });

  it('are answered in order, before the malformed one that follows them', async () => {
    const { socket, wire } = await open();
    socket.write(`${get('/slow')}${get('/echo')}hello there\r\n\r\n`);
    await until('the first request waits', () => waiting.length === 1);
    respondAll();
    await once(socket, 'close');

    expect(statuses(wire())).toEqual([200, 200, 400]);
    expect(lastResponse(wire()).body).toBe(
      '{"status_code":400,"detail":"Bad Request","error":"HTTPException"}',
    );
  });

  it('are answered before a request whose own body is malformed', async () => {
    const { socket, wire } = await open();
    socket.write(
      `${get('/slow')}POST /echo HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n`,
    );
    await until('the first request waits', () => waiting.length === 1);
    respondAll();
    await once(socket, 'close');

    expect(statuses(wire())).toEqual([200, 400]);
  });
});

describe('The Host header', () => {
  it.each([
    ['twice', 'Host: here\r\nHost: there\r\n'],
    ['twice, alike', 'Host: here\r\nhost: here\r\n'],
    ['with a path', 'Host: here/there\r\n'],
    ['with a blank', 'Host: here there\r\n'],
    ['with a user', 'Host: me@here\r\n'],
    ['with a port that is no number', 'Host: here:http\r\n'],
    ['with an open bracket', 'Host: [::1\r\n'],
  ])('%s is refused with 400', async (_how, hosts) => {
    const wire = await sendRaw(program.port, `GET /echo HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`);

    expect(lastResponse(wire).status).toBe(400);
    expect(lastResponse(wire).body).toContain('Host header');
  });

  it.each(['here', 'here:80', 'HERE.example.', '127.0.0.1:8000', '[::1]:8000', 'xn--bcher-kva.example', ''])(
    '%j is accepted',
    async (host) => {
      const wire = await sendRaw(
        program.port,
        `GET /echo HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`,
      );

      expect(lastResponse(wire).status).toBe(200);
    },
  );
});

describe('A path', () => {
  it.each(['/ECHO', '/Echo/', '/echo/Credentials'])('%s in another case is unknown', async (path) => {
    expect((await fetch(program.url + path, { method: 'POST' })).status).toBe(404);
  });
});

describe('A body that is refused', () => {
  it.each([
    ['too long as declared', 'Content-Length: 2000', 413],
    ['of another type', 'Content-Type: text/plain\r\nContent-Length: 5', 415],
    ['in an unknown encoding', 'Content-Encoding: lzma\r\nContent-Length: 5', 415],
  ])('for being %s gets its response before it is requested', async (_why, headers, status) => {
    const { socket, wire } = await open();
    socket.write(post(`${headers}\r\nExpect: 100-continue\r\n`));
    await until('an answer comes', () => statuses(wire()).length > 0);
    socket.destroy();

    expect(statuses(wire())).toEqual([status]);
  });

  it('for its path gets its response before it is requested', async () => {
    const { socket, wire } = await open();
    socket.write('POST /nowhere HTTP/1.1\r\nHost: here\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n');
    await once(socket, 'close');

    expect(statuses(wire())).toEqual([404]);
  });

  it('gets its response as soon as it is too long, before its end', async () => {
    const { socket, wire } = await open();
    socket.write(post('Transfer-Encoding: chunked\r\n'));
    socket.write(`800\r\n${'x'.repeat(0x800)}\r\n`);
    await until('an answer comes', () => statuses(wire()).length > 0);
    socket.destroy();

    expect(statuses(wire())).toEqual([413]);
  });

  it.each(['/echo', '/nowhere'])('at %s is not read to its end', async (path) => {
    const { socket } = await open();
    const total = 64 * 1024 * 1024;
    socket.write(`POST ${path} HTTP/1.1\r\nHost: here\r\nContent-Length: ${total}\r\n\r\n`);
    const chunk = Buffer.alloc(65_536, 0x20);
    let sentBytes = 0;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    while (!socket.destroyed && sentBytes < total) {
      sentBytes += chunk.length;
      await Promise.race([new Promise((resolve) => socket.write(chunk, resolve)), closed]);
    }

    expect(sentBytes).toBeLessThan(total);
  });
});

describe('A body that a client holds back', () => {
  it('is requested with 100 Continue, and read', async () => {
    const { socket, wire } = await open();
    socket.write(post('Content-Length: 7\r\nExpect: 100-continue\r\n'));
    await until('the body is asked for', () => wire().includes('HTTP/1.1 100 Continue\r\n\r\n'));
    socket.write('{"a":1}');
    await once(socket, 'close');

    expect(lastResponse(wire())).toMatchObject({ status: 200, body: '{"a":1}' });
  });
});

describe('HttpAdapter', () => {
  it.each([{ httpsOptions: {} }, { return503OnClosing: true }, { forceCloseConnections: true }])(
    'refuses an option that it would ignore: %j',
    (options) => {
      expect(() => new HttpAdapter().initHttpServer(options)).toThrow(/takes no httpsOptions/);
    },
  );
});
