/** Real: the compiled program as processes of their own, signals, HTTP, the disk. The API's part is a short script. */
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { john, post } from '../support/mail-service.js';
import { MailProgram } from '../support/mail-program.js';
import type { RunningProgram } from '../support/program.js';

let program: MailProgram;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mails-'));
  program = new MailProgram(folder);
});
afterEach(async () => {
  program.killAll();
  await rm(folder, { recursive: true, force: true });
});

const welcome = (url: string, key: string) => post(`${url}/notifications/welcome/send/`, key, john);
const mailFiles = async () => (await readdir(folder)).filter((name) => name.endsWith('.eml'));

async function responses(url: string): Promise<boolean> {
  return fetch(`${url}/health/`).then(
    ({ ok }) => ok,
    () => false,
  );
}

/** Waits for other processes; limited by the test's own timeout. */
async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((again) => setTimeout(again, 20));
}

describe('The program on its own', () => {
  it('logs in one line where it listens and where mails go, sends, and ends at SIGTERM and Ctrl-C', async () => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      const running = program.standalone({ MAIL_FOLDER: folder, NOTIFICATION_PORT: '0' });
      const [, url] = await running.said(/Listening on (http:\/\/127\.0\.0\.1:\d+), mails go to /);
      expect(running.output.trim().split('\n')).toHaveLength(1);
      expect(running.output).toContain(`mails go to ${folder}`);
      expect((await welcome(url!, signal)).status).toBe(200);
      running.kill(signal);
      expect(await running.ended).toEqual([0, null]);
    }
    expect(await mailFiles()).toHaveLength(2);
  });

  it('names the mail server without its credentials', async () => {
    const SMTP_URL = 'smtp://shop:secret@mail.example.com:587';
    const running = program.standalone({ MAIL_FOLDER: folder, NOTIFICATION_PORT: '0', SMTP_URL });
    await running.said(/mails go to smtp:\/\/mail\.example\.com:587/);
    expect(running.output).not.toMatch(/shop|secret/);
    running.kill('SIGTERM');
    await running.ended;
  });

  it('ends at once with the name of an invalid setting', async () => {
    const running = program.standalone({ MAIL_FOLDER: folder, SMTP_URL: 'mail.example.com' });
    expect(await running.ended).toEqual([1, null]);
    expect(running.output).toMatch(
      /^\{"level":"fatal",.*"SMTP_URL must be .+ For example: SMTP_URL=smtp:.+\n$/,
    );
  });

  it('reports a taken port and an address of another machine, in one line of the log', async () => {
    const first = program.standalone({ MAIL_FOLDER: folder, NOTIFICATION_PORT: '0' });
    const [, port = ''] = await first.said(/Listening on http:\/\/127\.0\.0\.1:(\d+)/);
    for (const [variables, reason] of [
      [
        { NOTIFICATION_PORT: port },
        `127.0.0.1:${port} is in use by another program: stop that, or set NOTIFICATION_PORT to`,
      ],
      [
        { NOTIFICATION_HOST: '192.0.2.1', NOTIFICATION_PORT: '0' },
        '192.0.2.1:0 is no address of this machine: set NOTIFICATION_HOST to',
      ],
    ] as const) {
      const second = program.standalone({ MAIL_FOLDER: folder, LOG_FORMAT: 'json', ...variables });
      expect(await second.ended).toEqual([1, null]);
      expect(JSON.parse(second.output)).toMatchObject({
        level: 'fatal',
        msg: expect.stringContaining(reason),
      });
    }
    first.kill('SIGTERM');
    await first.ended;
  });
});

describe('startBundledNotificationService', () => {
  let parent: RunningProgram;
  let url: string;

  async function start(): Promise<void> {
    parent = program.parent({ MAIL_FOLDER: folder, NOTIFICATION_HOST: '0.0.0.0', NOTIFICATION_PORT: '1' });
    url = (await parent.said(/at (\S+) /))[1]!;
  }

  it('serves on a free loopback port, whatever the settings say, and stops with its parent', async () => {
    await start();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d{2,}$/);
    expect((await welcome(url, 'key')).status).toBe(200);
    expect(await mailFiles()).toHaveLength(1);
    parent.kill('SIGTERM');
    expect(await parent.ended).toEqual([0, null]);
    expect(await responses(url)).toBe(false);
  });

  it('restarts on the same port after it was killed, and still knows its keys', async () => {
    await start();
    await welcome(url, 'key');
    for (let round = 0; round < 2; round++) {
      const [child, ...others] = await parent.children();
      expect(others).toEqual([]);
      process.kill(child!, 'SIGKILL');
      await until(async () => !(await parent.children()).includes(child!));
      await until(() => responses(url));
    }
    expect((await welcome(url, 'key')).status).toBe(200);
    expect(await mailFiles()).toHaveLength(1);
    expect(parent.output).toMatch(/ended \(SIGKILL\); it will be restarted in 200 ms/);
    expect(parent.output).toMatch(/ended \(SIGKILL\); it will be restarted in 400 ms/);
    parent.kill('SIGTERM');
    await parent.ended;
  });

  it('stays down when its parent stops before the restart', async () => {
    await start();
    const [child] = await parent.children();
    process.kill(child!, 'SIGKILL');
    await parent.said(/restarted/);
    parent.kill('SIGTERM');
    expect(await parent.ended).toEqual([0, null]);
    expect(await responses(url)).toBe(false);
  });

  it('keeps running at Ctrl-C, because its parent still delivers', async () => {
    await start();
    const [child] = await parent.children();
    process.kill(child!, 'SIGINT');
    expect((await welcome(url, 'key')).status).toBe(200);
    expect(await parent.children()).toEqual([child]);
    parent.kill('SIGTERM');
    await parent.ended;
  });

  it('ends when its parent is killed', async () => {
    await start();
    parent.kill('SIGKILL');
    await until(async () => !(await responses(url)));
  });

  it('fails with the remedy when the service ends before it listens', async () => {
    await writeFile(join(folder, 'taken'), '');
    const broken = program.parent({ MAIL_FOLDER: join(folder, 'taken') });
    expect(await broken.ended).toEqual([1, null]);
    expect(broken.output).toMatch(/MAIL_FOLDER must be a folder/);
    expect(broken.output).toMatch(/did not start: it ended with code 1\. .+set NOTIFICATION_SERVICE_URL/);
  });

  it('is killed at a stop when it does not end in time', async () => {
    const stubborn =
      'process.on("SIGTERM", () => {}); process.send({ url: "http://127.0.0.1:1" }); setInterval(() => {}, 1e6);';
    await writeFile(join(folder, 'stubborn.mjs'), stubborn);
    const stuck = program.parent({}, join(folder, 'stubborn.mjs'));
    await stuck.said(/at /);
    stuck.kill('SIGTERM');
    expect(await stuck.ended).toEqual([0, null]);
  });
});
