// Real: the HTTP rules, Nest's shutdown and sockets. Fake: the slow route and the module whose stop waits for the test.
import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { once } from 'node:events';
import { connect } from 'node:net';
import { Gate } from '../support/gate.js';
import { startProgram } from './http-program.js';
import { lastResponse, sendRaw } from './raw-http.js';
import { Public } from '../../src/http/access/access.decorators.js';

function slowParts() {
  const arrived = new Gate();
  const response = new Gate();
  const stopping = new Gate();
  const stopped = new Gate();

  @Controller('slow')
  @Public()
  class SlowController {
    @Get()
    async slow(): Promise<object> {
      arrived.open();
      await response.passed;
      return { done: true };
    }
  }

  @Injectable()
  class SlowToStop implements OnModuleDestroy {
    async onModuleDestroy(): Promise<void> {
      stopping.open();
      await stopped.passed;
    }
  }
  return {
    arrived,
    response,
    stopping,
    stopped,
    parts: { controllers: [SlowController], providers: [SlowToStop] },
  };
}

describe('A program that stops', () => {
  it('answers new requests with 503, Retry-After and Connection: close', async () => {
    const { stopping, stopped, parts } = slowParts();
    const program = await startProgram(parts);
    const closed = program.app.close();
    await stopping.passed;

    const response = lastResponse(await sendRaw(program.port, 'GET /echo HTTP/1.1\r\nHost: here\r\n\r\n'));
    stopped.open();
    await closed;

    expect(response.status).toBe(503);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(response.headers.get('connection')).toBe('close');
    expect(response.body).toBe(
      JSON.stringify({ status_code: 503, detail: 'Service Unavailable', error: 'HTTPException' }),
    );
  });

  it('finishes a request accepted before, and closes its kept-alive connection', async () => {
    const { arrived, response, stopping, stopped, parts } = slowParts();
    const program = await startProgram(parts);
    const client = connect(program.port, '127.0.0.1');
    let wire = '';
    client.on('data', (bytes) => (wire += bytes.toString()));
    client.write('GET /slow HTTP/1.1\r\nHost: here\r\n\r\n');
    await arrived.passed;

    const closed = program.app.close();
    await stopping.passed;
    stopped.open();
    response.open();
    await Promise.all([closed, once(client, 'close')]);

    expect(lastResponse(wire)).toMatchObject({ status: 200, body: '{"done":true}' });
    expect(lastResponse(wire).headers.get('connection')).toBe('close');
  });

  it('aborts a request that is unfinished after the grace period, and stops', async () => {
    const { arrived, stopped, parts } = slowParts();
    stopped.open();
    const program = await startProgram(parts, { shutdownGraceMs: 50 });
    const wire = sendRaw(program.port, 'GET /slow HTTP/1.1\r\nHost: here\r\n\r\n');
    await arrived.passed;
    await program.app.close();

    expect(await wire).toBe('');
  });
});
