/**
 * A stop ends within its grace and ten seconds more, whatever hangs.
 * Real: the programs as processes, PostgreSQL, the TCP connections, the signals. Fake: what hangs: a network that stops forwarding,
 * servers that take connections and never answer, a client that never reads.
 */
import { createServer, connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import { tmpdir } from 'node:os';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createDatabase } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { MailProgram } from '../support/mail-program.js';
import { post, john } from '../support/mail-service.js';
import { NetworkCable } from '../support/network-cable.js';
import { programPath, startProgram } from '../support/program.js';
import type { RunningProgram } from '../support/program.js';
import { ada, RunningService } from '../support/running-service.js';
import { until } from '../support/until.js';

const graceMs = 500;
const promisedMs = graceMs + 10_000;
const grace = { SHUTDOWN_GRACE_MS: String(graceMs) };

let cleanUp: (() => unknown)[] = [];
beforeEach(() => {
  cleanUp = [];
});
afterEach(async () => {
  for (const step of cleanUp) await step();
});

/** A server that accepts connections and never responds. */
async function deafServer(): Promise<{ readonly port: number; readonly sockets: Set<Socket> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket.on('error', () => undefined)));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  cleanUp.unshift(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, sockets };
}

async function start(variables: NodeJS.ProcessEnv): Promise<RunningService> {
  const service = await RunningService.start({ ...grace, ...variables });
  cleanUp.unshift(() => service.stop());
  return service;
}

/** Stops it, with all its children. */
async function stop(program: RunningProgram) {
  const began = performance.now();
  program.kill('SIGTERM');
  const [code] = await program.ended;
  return { code, durationMs: performance.now() - began };
}

describe('A stop of the API on an unresponsive PostgreSQL', () => {
  let database: TestDatabase;
  let cable: NetworkCable;
  beforeEach(async () => {
    database = await createDatabase('postgres');
    cable = await NetworkCable.to(database.url);
    cleanUp.unshift(
      () => cable.remove(),
      () => database.destroy(),
    );
  });
  const api = () => start({ DATABASE_URL: cable.url, NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9' });

  it('ends in time, and logs that it was aborted', async () => {
    const { program, ...service } = await api();
    cable.pull();
    const requested = fetch(`${service.url}/health/ready`).catch(() => undefined);
    const { code, durationMs } = await stop(program);
    await requested;

    expect(durationMs).toBeLessThan(promisedMs);
    expect([code, /The shutdown did not finish within 8500 ms/.test(program.output)]).toEqual(
      code === 0 ? [0, false] : [1, true],
    );
  });

  it('ends in order when only its listener hangs', async () => {
    const { program } = await api();
    await until('the listener is there', () => cable.pull(/account-service listener/));
    const { code, durationMs } = await stop(program);

    expect(code).toBe(0);
    expect(durationMs).toBeLessThan(promisedMs);
  });

  it('ends at once at a second signal, with the exit code of that signal', async () => {
    const { program } = await api();
    cable.pull();
    program.kill('SIGTERM');
    await program.said(/Stopping: SIGTERM/);
    const began = performance.now();
    program.kill('SIGINT');

    expect(await program.ended).toEqual([130, null]);
    expect(performance.now() - began).toBeLessThan(graceMs + 2_000);
    expect(program.output).toContain('Ended at once by a second signal (SIGINT)');
  });
});

describe('A stop of the API', () => {
  it('is not blocked by a notification service that never responds', async () => {
    const { port, sockets } = await deafServer();
    const service = await start({ NOTIFICATION_SERVICE_URL: `http://127.0.0.1:${port}` });
    await service.post('/user/', ada);
    await until('a delivery hangs', () => sockets.size);
    const { code, durationMs } = await stop(service.program);

    expect(code).toBe(0);
    expect(durationMs).toBeLessThan(promisedMs);
  });

  it('is not blocked by a mail server that never responds, and nor is the bundled notification service', async () => {
    const { port, sockets } = await deafServer();
    const service = await start({ SMTP_URL: `smtp://127.0.0.1:${port}` });
    await service.post('/user/', ada);
    await until('a mail hangs', () => sockets.size);
    const children = await service.program.children();
    const { code, durationMs } = await stop(service.program);

    expect(children).toHaveLength(1);
    expect(code).toBe(0);
    expect(durationMs).toBeLessThan(promisedMs);
    expect(() => process.kill(children[0]!, 0)).toThrow('ESRCH');
  });

  it('is not blocked by a callback after a commit that never ends, and keeps what was committed', async () => {
    const worker = JSON.stringify(pathToFileURL(programPath('src/modules/user/register.worker.js')));
    const hang = `
      import { RegisterWorker } from ${worker};
      const { run } = RegisterWorker.prototype;
      RegisterWorker.prototype.run = function (work, options) {
        return run.call(this, (repositories, unit) => {
          for (let i = 0; i < 5; i++) unit.afterCommit(() => new Promise(() => console.log('callback ' + i)));
          return work(repositories, unit);
        }, options);
      };`;
    const database = await createDatabase('postgres');
    cleanUp.unshift(() => database.destroy());
    const service = await start({
      DATABASE_URL: database.url,
      NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(hang)}`,
    });
    const created = service.post('/user/', ada).catch(() => undefined);
    await service.program.said(/callback 0/);
    const { code, durationMs } = await stop(service.program);
    await created;

    expect(code).toBe(0);
    expect(durationMs).toBeLessThan(promisedMs);
    const dataSource = await database.connectWith();
    expect(await dataSource.query('SELECT email FROM "user"')).toEqual([{ email: ada.email }]);
  });

  it('is not blocked by clients of the metrics and the API that never finish', async () => {
    const service = await start({});
    for (const url of [service.metricsUrl, service.url]) {
      const client = connect(Number(new URL(url).port), '127.0.0.1');
      cleanUp.unshift(() => client.destroy());
      client.on('error', () => undefined).pause();
      await new Promise((connected) => client.once('connect', connected));
      client.write('POST /metrics HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nhalf a body');
    }
    const { code, durationMs } = await stop(service.program);

    expect(code).toBe(0);
    expect(durationMs).toBeLessThan(promisedMs);
  });

  it('also ends the bundled notification service at a second signal', async () => {
    const { port, sockets } = await deafServer();
    const service = await start({ SMTP_URL: `smtp://127.0.0.1:${port}`, SHUTDOWN_GRACE_MS: '60000' });
    await service.post('/user/', ada);
    await until('a mail hangs', () => sockets.size);
    service.program.kill('SIGTERM');
    await service.program.said(/Stopping: SIGTERM/);
    service.program.kill('SIGTERM');

    // Its output, which both hold, ends only when both have ended.
    expect(await service.program.ended).toEqual([143, null]);
  });
});

describe('A command on a PostgreSQL that never responds', () => {
  it.each([['migrate.js'], ['outbox.js', 'status'], ['doctor.js']])(
    'ends at a signal: %s',
    async (name, ...args) => {
      const { port, sockets } = await deafServer();
      const program = startProgram({
        cwd: tmpdir(),
        args: [programPath(`src/cli/${name}`), ...args],
        variables: { DATABASE_URL: `postgres://me@127.0.0.1:${port}/accounts` },
      });
      cleanUp.unshift(() => program.kill('SIGKILL'));
      await until('it is connected', () => sockets.size);
      program.kill('SIGTERM');

      expect(await program.ended).toEqual([null, 'SIGTERM']);
    },
  );
});

describe('A stop of the notification service on its own', () => {
  it('is not blocked by a mail server that never responds', async () => {
    const { port, sockets } = await deafServer();
    const program = new MailProgram(tmpdir());
    cleanUp.unshift(() => program.killAll());
    const running = program.standalone({
      ...grace,
      NOTIFICATION_PORT: '0',
      MAIL_FOLDER: `${tmpdir()}/mails-${process.pid}`,
      SMTP_URL: `smtp://127.0.0.1:${port}`,
    });
    const [, url = ''] = await running.said(/Listening on (http:\S+),/);
    const sending = post(`${url}/notifications/welcome/send/`, 'key', john).catch(() => undefined);
    await until('a mail hangs', () => sockets.size);
    const { code, durationMs } = await stop(running);
    await sending;

    expect(code).toBe(0);
    expect(durationMs).toBeLessThan(promisedMs);
  });
});

describe('stopOnSignals', () => {
  function run(stopping: string): RunningProgram {
    const module = JSON.stringify(pathToFileURL(programPath('src/http/shutdown/stop-on-signals.js')));
    const script = `
      import { stopOnSignals } from ${module};
      stopOnSignals({ graceMs: 0, stop: ${stopping}, abandon: () => console.log('abandoned') });
      setInterval(() => {}, 1e6);
      console.log('runs');`;
    const program = startProgram({ cwd: tmpdir(), args: ['--input-type=module', '--eval', script] });
    cleanUp.unshift(() => program.kill('SIGKILL'));
    return program;
  }

  it('aborts a stop that never ends, with code 1', async () => {
    const program = run('() => new Promise(() => {})');
    await program.said(/runs/);
    const { code, durationMs } = await stop(program);

    expect(code).toBe(1);
    expect(durationMs).toBeLessThan(10_000);
    expect(program.output).toMatch(/The shutdown did not finish within 8000 ms and is aborted[^]*abandoned/);
  });

  it('reports a stop that fails, with code 1', async () => {
    const program = run(`async () => { throw new Error('no way') }`);
    await program.said(/runs/);

    expect((await stop(program)).code).toBe(1);
    expect(program.output).toMatch(/The shutdown failed: Error: no way/);
  });
});
