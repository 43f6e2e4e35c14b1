/**
 * What `npm run doctor` finds wrong around the notification service and mails, and that one finding hides no other.
 * Real: the doctor, an SMTP server, the disk. Fake: a notification service that asks for a login; servers that never answer.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { examine as examineWith } from '../support/doctor.js';
import { SmtpRecipient } from '../support/smtp-recipient.js';

let folder: string;
let cleanUp: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  cleanUp = [() => rm(folder, { recursive: true })];
});
afterEach(async () => {
  for (const step of cleanUp) await step();
});

const examine = (variables: NodeJS.ProcessEnv) => examineWith(variables, folder);

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanUp.unshift(() => server.close());
  return (server.address() as AddressInfo).port;
}

/** A server that accepts connections and never responds. */
const deafPort = () => listening(createTcpServer((socket) => void cleanUp.unshift(() => socket.destroy())));

describe('doctor on the notification service', () => {
  it('uses the user and the password of its address, and prints neither', async () => {
    const service = createServer((request, response) => {
      const isKnown = request.headers.authorization === `Basic ${btoa('shop:se%cret')}`;
      response
        .writeHead(isKnown ? 200 : 401)
        .end(isKnown ? '{"honours":["Idempotency-Key"]}' : 'who are you?');
    });
    const port = await listening(service);
    const { of, output } = await examine({
      NOTIFICATION_SERVICE_URL: `http://shop:se%25cret@127.0.0.1:${port}`,
    });

    expect(of('notification service')).toEqual([
      {
        check: 'notification service',
        status: 'ok',
        found: `http://127.0.0.1:${port} responds, and declares that it honours the Idempotency-Key`,
      },
    ]);
    expect(output).not.toMatch(/se%|cret|shop/);
  });

  it('times out, and reports the rest', async () => {
    const [service, mail, database] = [await deafPort(), await deafPort(), await deafPort()];
    const { failures, durationMs, of, output } = await examine({
      DATABASE_URL: `postgres://me:hidden@127.0.0.1:${database}/accounts`,
      NOTIFICATION_SERVICE_URL: `http://127.0.0.1:${service}`,
      SMTP_URL: `smtp://me:hidden@127.0.0.1:${mail}`,
    });

    expect(failures).toEqual(['database', 'notification service', 'mail']);
    expect(of('password hash')).toHaveLength(1);
    expect(durationMs).toBeLessThan(40_000);
    expect(output).not.toContain('hidden');
  });
});

describe('doctor on mails', () => {
  it('accepts a mail server that accepts the login, and sends no mail', async () => {
    const server = await SmtpRecipient.start();
    cleanUp.unshift(() => server.stop());
    const { of } = await examine({ SMTP_URL: server.url() });

    expect(of('mail').map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect([server.connections, server.mails.length]).toEqual([1, 0]);
  });

  it('fails a mail server that is unreachable or refuses the login, without printing the password', async () => {
    const gone = await examine({ SMTP_URL: 'smtp://me:hidden@127.0.0.1:9' });
    const server = await SmtpRecipient.start();
    cleanUp.unshift(() => server.stop());
    server.refusal = { at: 'login', status: 535 };
    const refused = await examine({ SMTP_URL: server.url('me:hidden@') });

    expect([gone.code, refused.code]).toEqual([2, 2]);
    expect(gone.of('mail')[0]).toMatchObject({
      status: 'failure',
      found: expect.stringMatching(/^smtp:\/\/127\.0\.0\.1:9 cannot be used \(E\w+\)$/),
      remedy: expect.stringContaining('SMTP_URL'),
    });
    expect(refused.of('mail')[0]?.found).toMatch(/cannot be used \(EAUTH 535\)$/);
    expect(gone.output + refused.output).not.toContain('hidden');
  });

  it('fails a mail folder that is not a folder, and reports everything else', async () => {
    await writeFile(join(folder, 'mails'), 'a file');
    const { code, failures, of } = await examine({ MAIL_FOLDER: 'mails' });

    expect(code).toBe(2);
    expect(failures).toEqual(['mail']);
    expect(of('mail')[0]).toMatchObject({
      found: expect.stringContaining('cannot be written to (ENOTDIR)'),
      remedy: expect.stringContaining('MAIL_FOLDER'),
    });
    for (const check of ['database', 'clock', 'notification service', 'password hash', 'disk'] as const)
      expect(of(check)).not.toEqual([]);
  });
});
