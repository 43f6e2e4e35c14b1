/**
 * The proxies of HTTP_PROXY and HTTPS_PROXY, for the courier and for doctor.
 * Real: the programs as processes, the bundled notification service, proxies and TLS on sockets. Fake: the notification
 * service behind a tunnel, which counts, and its certificate.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Finding } from '../../src/cli/doctor/finding.js';
import { programPath, startProgram } from '../support/program.js';
import { ada, RunningService } from '../support/running-service.js';
import { TunnelProxy } from '../support/tunnel-proxy.js';

/** What doctor finds about the notification service. */
async function diagnose(folder: string, variables: NodeJS.ProcessEnv): Promise<Finding | undefined> {
  const args = [programPath('src/cli/doctor.js'), '--json'];
  const doctor = startProgram({ cwd: folder, args, variables });
  await doctor.ended;
  const findings = JSON.parse(doctor.output) as Finding[];
  return findings.find(({ check }) => check === 'notification service');
}

describe('A service behind a proxy', () => {
  let proxy: Server;
  let requested: string[];
  let status: number;
  let service: RunningService | undefined;
  let folder: string;

  beforeEach(async () => {
    requested = [];
    status = 200;
    service = undefined;
    proxy = createServer((request, response) => {
      requested.push(`${request.method} ${request.url}`);
      request.resume().on('end', () => response.writeHead(status).end());
    }).listen(0, '127.0.0.1');
    await once(proxy, 'listening');
    folder = await mkdtemp(join(tmpdir(), 'accounts-proxy-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
    await service?.stop();
    proxy.closeAllConnections();
    proxy.close();
  });

  const proxied = () => ({ HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` });
  const start = async (variables: NodeJS.ProcessEnv) => {
    service = await RunningService.start({ ...proxied(), ...variables });
    expect((await service.post('/user/', ada)).status).toBe(200);
    return service.program;
  };

  it('connects to a notification service on its own machine directly', async () => {
    status = 403;
    const program = await start({});
    await program.said(/Welcome mail \S+ sent/);
    expect(requested).toEqual([]);
  });

  it('reaches a notification service on another machine through the proxy', async () => {
    await start({ NOTIFICATION_SERVICE_URL: 'http://notifications.invalid:8001/api' });
    const sent = 'POST http://notifications.invalid:8001/api/notifications/welcome/send/';
    while (!requested.includes(sent)) await once(proxy, 'request');
  });

  it('reaches one that NO_PROXY names directly', async () => {
    const program = await start({
      NOTIFICATION_SERVICE_URL: 'http://notifications.invalid:8001',
      NO_PROXY: 'example.com,notifications.invalid',
    });
    await program.said(/is tried again: notifications\/welcome did not answer \((ENOTFOUND|EAI_AGAIN)\)/);
    expect(requested).toEqual([]);
  });

  it('loses no message to a proxy that asks for a login, which doctor names', async () => {
    status = 407;
    const variables = { NOTIFICATION_SERVICE_URL: 'http://notifications.invalid' };
    const program = await start(variables);
    await program.said(/is tried again: notifications\/welcome did not answer \(the proxy answered 407\)/);
    requested = [];
    expect(await diagnose(folder, { ...proxied(), ...variables })).toMatchObject({
      status: 'failure',
      found: 'http://notifications.invalid did not answer (the proxy answered 407)',
      remedy: expect.stringMatching(/HTTP_PROXY.*NO_PROXY/),
    });
    expect(requested).toContain('GET http://notifications.invalid/health/');
  });
});

describe('A notification service over https behind a proxy', () => {
  const certificate = 'test/support/certificate/certificate.pem';
  const notificationService = 'https://notifications.invalid';
  let target: Server;
  let delivered: string[];
  let proxy: TunnelProxy;
  let service: RunningService | undefined;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'accounts-proxy-'));
    delivered = [];
    service = undefined;
    const identity = {
      key: readFileSync('test/support/certificate/key.pem'),
      cert: readFileSync(certificate),
    };
    target = createTlsServer(identity, (request, response) => {
      if (request.method === 'POST') delivered.push(String(request.headers['idempotency-key']));
      request.resume().on('end', () => response.end('{"honours":["Idempotency-Key"]}'));
    }).listen(0, '127.0.0.1');
    await once(target, 'listening');
    proxy = await TunnelProxy.start((target.address() as AddressInfo).port);
  });
  afterEach(async () => {
    await service?.stop();
    proxy.stop();
    target.closeAllConnections();
    target.close();
    await rm(folder, { recursive: true });
  });

  const variables = () => ({
    HTTPS_PROXY: proxy.url,
    NOTIFICATION_SERVICE_URL: notificationService,
    NODE_EXTRA_CA_CERTS: resolve(certificate),
  });
  const signUp = async () => {
    service = await RunningService.start(variables());
    expect((await service.post('/user/', ada)).status).toBe(200);
    return service.program;
  };

  it('gets its messages through a tunnel, which reveals only its name to the proxy', async () => {
    await signUp();
    while (!delivered.length) await once(target, 'request');
    expect(delivered).toHaveLength(1);
    expect(new Set(proxy.requested)).toEqual(new Set(['CONNECT notifications.invalid:443']));
  });

  it.each([204, 302, 400, 403, 404, 407, 422, 503])(
    'loses none of them when the proxy answers a tunnel with %s',
    async (status) => {
      proxy.status = status;
      const program = await signUp();
      await program.said(
        new RegExp(`is tried again: notifications/welcome did not answer \\(the proxy answered ${status}\\)`),
      );
      expect(program.output).not.toMatch(/is given up/);
      proxy.status = 200;
      while (!delivered.length) await once(target, 'request');
      expect(delivered).toHaveLength(1);
    },
  );

  it('is found by doctor through the tunnel, and a proxy that refuses is named', async () => {
    expect(await diagnose(folder, variables())).toMatchObject({
      status: 'ok',
      found: `${notificationService} responds, and declares that it honours the Idempotency-Key`,
    });
    proxy.status = 407;
    expect(await diagnose(folder, variables())).toMatchObject({
      status: 'failure',
      found: `${notificationService} did not answer (the proxy answered 407)`,
      remedy: expect.stringMatching(/HTTPS_PROXY.*NO_PROXY/),
    });
    proxy.status = 0;
    expect(await diagnose(folder, variables())).toMatchObject({
      status: 'failure',
      found: expect.stringMatching(/does not respond/),
    });
  });
});
