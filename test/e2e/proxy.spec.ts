// Real: the account service as a process, its bundled notification service, a proxy on a socket. Nothing is fake.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ada, RunningService } from '../support/running-service.js';

describe('A service behind a proxy', () => {
  let proxy: Server;
  let asked: string[];
  let status: number;
  let service: RunningService | undefined;

  beforeEach(async () => {
    asked = [];
    status = 200;
    service = undefined;
    proxy = createServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      request.resume().on('end', () => response.writeHead(status).end());
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
  });
  afterEach(async () => {
    await service?.stop();
    proxy.closeAllConnections();
    proxy.close();
  });

  const start = async (variables: NodeJS.ProcessEnv) => {
    const HTTP_PROXY = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    service = await RunningService.start({ HTTP_PROXY, ...variables });
    expect((await service.post('/user/', ada)).status).toBe(200);
    return service.program;
  };

  it('talks to the notification service on its own machine without it', async () => {
    status = 403;
    const program = await start({});
    await program.said(/Welcome mail \S+ sent/);
    expect(asked).toEqual([]);
  });

  it('reaches a notification service elsewhere through it', async () => {
    await start({ NOTIFICATION_SERVICE_URL: 'http://notifications.invalid:8001/api' });
    const sent = 'POST http://notifications.invalid:8001/api/notifications/welcome/send/';
    while (!asked.includes(sent)) await once(proxy, 'request');
  });

  it('reaches one that NO_PROXY names without it', async () => {
    const program = await start({
      NOTIFICATION_SERVICE_URL: 'http://notifications.invalid:8001',
      NO_PROXY: 'example.com,notifications.invalid',
    });
    await program.said(/is tried again: notifications\/welcome did not answer \((ENOTFOUND|EAI_AGAIN)\)/);
    expect(asked).toEqual([]);
  });
});
