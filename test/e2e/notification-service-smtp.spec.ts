/** Real: the notification service over HTTP, and an SMTP server on a socket. The server refuses and waits as told. */
import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Gate } from '../support/gate.js';
import { readMail } from '../support/mail-reading.js';
import { john, MailService } from '../support/mail-service.js';
import { SmtpRecipient } from '../support/smtp-recipient.js';

let smtp: SmtpRecipient;
let service: MailService;

async function start(credentials?: string, variables: NodeJS.ProcessEnv = {}): Promise<void> {
  service = await MailService.start({ SMTP_URL: smtp.url(credentials), ...variables });
}

/** Waits for another program; limited by the test's own timeout. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

beforeEach(async () => void (smtp = await SmtpRecipient.start()));
afterEach(async () => {
  smtp.hold?.open();
  await service.remove();
  await smtp.stop();
});

describe('A welcome mail over SMTP', () => {
  it('reaches its recipient as text and HTML, and no file is written', async () => {
    await start();
    expect(await service.welcome('a1b2')).toMatchObject({ status: 200, text: '' });
    const [mail] = smtp.mails;
    expect(mail).toMatchObject({ from: 'accounts@localhost.localdomain', to: ['john@example.com'] });
    const { headers, text, html } = readMail(mail!.raw);
    expect(headers.get('message-id')).toBe('<a1b2@localhost.localdomain>');
    expect(headers.get('to')).toBe('John <john@example.com>');
    expect(text).toContain('Hello John,');
    expect(html).toContain('Hello <bdi>John</bdi>,');
    expect(await service.mailFiles()).toEqual([]);
  });

  it('has one recipient and one sender, whatever the name contains', async () => {
    await start();
    await service.welcome('key', { ...john, name: 'x" <evil@example.com>, Bcc: evil@example.com' });
    const { headers, names } = readMail(smtp.mails[0]!.raw);
    expect(smtp.mails[0]!.to).toEqual(['john@example.com']);
    expect(names.filter((name) => ['to', 'cc', 'bcc', 'from'].includes(name)).sort()).toEqual(['from', 'to']);
    expect(headers.get('to')).toBe('john@example.com');
  });

  it('logs in with the credentials of SMTP_URL', async () => {
    await start('shop:secret@');
    expect((await service.welcome('key')).status).toBe(200);
    expect(smtp.logins).toEqual(['shop']);
  });

  it('shares connections with others', async () => {
    await start();
    for (let index = 0; index < 10; index++) await service.welcome(`key-${index}`);
    await Promise.all(Array.from({ length: 20 }, (_, index) => service.welcome(`more-${index}`)));
    expect(smtp.mails).toHaveLength(30);
    expect(smtp.connections).toBeLessThanOrEqual(5);
  });
});

describe('A mail server that refuses', () => {
  it.each([
    ['the receiver for good', 'recipient', 550, 422, 'The mail server permanently refuses this mail'],
    ['the content for good', 'content', 554, 422, 'The mail server permanently refuses this mail'],
    ['the receiver for now', 'recipient', 450, 429, 'The mail server does not accept this mail now'],
    ['the content for now', 'content', 452, 429, 'The mail server does not accept this mail now'],
    ['to go on', 'recipient', 421, 429, 'The mail server does not accept this mail now'],
    ['the sender', 'sender', 553, 503, 'The mail could not be handed over now'],
    ['the receiver without a login', 'recipient', 530, 429, 'The mail server does not accept this mail now'],
    ['the login', 'login', 535, 503, 'The mail could not be handed over now'],
  ] as const)('%s (%s, %i) gives %i; the same key sends later', async (_what, at, reply, status, detail) => {
    await start('shop:secret@');
    smtp.refusal = { at, status: reply };
    const response = await service.welcome('key');
    expect(response).toMatchObject({ status, detail });
    expect(response.headers.get('Retry-After')).toBe({ 429: '60', 503: '5', 422: null }[status]);
    expect(service.log()).toMatch(new RegExp(`Mail key failed: .*${reply}`));
    expect(service.log()).not.toMatch(/john|secret/);
    expect(smtp.mails).toEqual([]);

    delete smtp.refusal;
    expect((await service.welcome('key')).status).toBe(200);
    expect(smtp.mails).toHaveLength(1);
  });

  it('some recipients, in any way, delays no other mail', async () => {
    await start();
    const statuses = [450, 451, 452, 550, 553, 501];
    statuses.forEach((status, index) => smtp.refusedRecipients.set(`${index}@example.com`, status));
    for (let index = 0; index < 5; index++) smtp.heldRecipients.set(`slow${index}@example.com`, new Gate());
    const slow = Array.from({ length: 5 }, (_, index) =>
      service.welcome(`slow-${index}`, { ...john, email: `slow${index}@example.com` }),
    );
    await until(() => smtp.arrived === 5);
    const refused = await Promise.all(
      statuses.map((_, index) => service.welcome(`key-${index}`, { ...john, email: `${index}@example.com` })),
    );
    expect(refused.map(({ status }) => status)).toEqual([429, 429, 429, 422, 422, 422]);
    expect((await service.welcome('good')).status).toBe(200);
    for (const gate of smtp.heldRecipients.values()) gate.open();
    expect((await Promise.all(slow)).map(({ status }) => status)).toEqual(Array(5).fill(200));
  });

  it('every connection gives 503', async () => {
    const gone = await SmtpRecipient.start();
    service = await MailService.start({ SMTP_URL: gone.url('shop:secret@') });
    await gone.stop();
    const response = await service.welcome('key');
    expect(response.status).toBe(503);
    expect(service.log()).toContain('ECONNREFUSED');
    expect(service.log()).not.toContain('secret');
  });
});

describe('A mail server that takes its time', () => {
  beforeEach(() => void (smtp.hold = new Gate()));

  it('gets one mail for concurrent requests with one key', async () => {
    await start();
    const responses = [service.welcome('key'), service.welcome('key'), service.welcome('key')];
    await until(() => smtp.arrived === 1);
    smtp.hold!.open();
    expect((await Promise.all(responses)).map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(smtp.mails).toHaveLength(1);
  });

  it('gets one mail when the caller gives up and retries', async () => {
    await start();
    const abandoned = request(`${service.url}/notifications/welcome/send/`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': 'key' },
    }).on('error', () => undefined);
    abandoned.end(JSON.stringify(john));
    await until(() => smtp.arrived === 1);
    abandoned.destroy();
    const retry = service.welcome('key');
    smtp.hold!.open();
    expect((await retry).status).toBe(200);
    expect(smtp.mails).toHaveLength(1);
  });

  it('is awaited by a stop', async () => {
    await start(undefined, { SHUTDOWN_GRACE_MS: '20000' });
    const response = service.welcome('key');
    await until(() => smtp.arrived === 1);
    const stopped = service.stop();
    smtp.hold!.open();
    expect((await response).status).toBe(200);
    await stopped;
    expect(smtp.mails).toHaveLength(1);
  });

  it('is abandoned by a stop after the grace period, and the sender gets a long Retry-After', async () => {
    await start(undefined, { SHUTDOWN_GRACE_MS: '50' });
    const response = service.welcome('key');
    await until(() => smtp.arrived === 1);
    await service.stop();
    const { status, headers } = await response;
    expect(status).toBe(409);
    expect(Number(headers.get('Retry-After'))).toBeGreaterThanOrEqual(600);
  });

  it('gets one mail, while callers learn that it is in flight, and then that it is sent', async () => {
    await start(undefined, { NOTIFICATION_TIMEOUT_MS: '200' });
    for (let time = 0; time < 3; time++) {
      const { status, headers } = await service.welcome('key');
      expect(status).toBe(409);
      expect(Number(headers.get('Retry-After'))).toBeGreaterThan(0);
    }
    smtp.hold!.open();
    let last: number;
    do ({ status: last } = await service.welcome('key'));
    while (last === 409);
    expect(last).toBe(200);
    expect(smtp.mails).toHaveLength(1);
  });

  it('has its late rejection returned to the next request, and logged with the key', async () => {
    await start(undefined, { NOTIFICATION_TIMEOUT_MS: '200' });
    smtp.refusal = { at: 'content', status: 554 };
    expect((await service.welcome('key')).status).toBe(409);
    smtp.hold!.open();
    await until(() => service.log().includes('Mail key failed: The mail was permanently refused with 554'));
    expect((await service.welcome('key')).status).toBe(422);
    expect(smtp.arrived).toBe(1);
  });

  it('is awaited by a stop, although its caller was told to retry', async () => {
    await start(undefined, { NOTIFICATION_TIMEOUT_MS: '200', SHUTDOWN_GRACE_MS: '20000' });
    expect((await service.welcome('key')).status).toBe(409);
    const stopped = service.stop();
    smtp.hold!.open();
    await stopped;
    expect(service.log()).toContain('Welcome mail key sent');
  });
});
