/**
 * How single mailboxes affect the mail of all others.
 * Real: the courier on SQLite, the notification service over HTTP, an SMTP server on a socket. Fake: the clock.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RunningCourier } from '../support/courier.js';
import { Gate } from '../support/gate.js';
import { outboxEntities } from '../support/letters.js';
import { MailService } from '../support/mail-service.js';
import { SmtpRecipient } from '../support/smtp-recipient.js';
import { until } from '../support/until.js';
import { useDatabase } from '../support/use-database.js';

describe('The welcome mail', () => {
  const database = useDatabase('sqlite', outboxEntities, { perTest: true });
  let smtp: SmtpRecipient;
  let service: MailService;
  let courier: RunningCourier;

  beforeEach(async () => {
    smtp = await SmtpRecipient.start();
    service = await MailService.start({ SMTP_URL: smtp.url(), NOTIFICATION_TIMEOUT_MS: '2000' });
    courier = await RunningCourier.start(database, { url: service.url });
  });
  afterEach(async () => {
    for (const gate of smtp.heldRecipients.values()) gate.open();
    await courier.stop();
    await service.remove();
    await smtp.stop();
  });

  const refused = (status: number | 'drop', count: number) => {
    const names = Array.from({ length: count }, (_, number) => `bad${status}-${number}`);
    for (const name of names) smtp.refusedRecipients.set(`${name}@example.com`, status);
    return names;
  };
  const tried = async (ids: readonly string[]) => {
    for (const id of ids) await until('it was tried', async () => (await courier.attempts(id)).length > 0);
  };
  const isDelivered = (name: string) => () => smtp.mails.some(({ to }) => to.includes(`${name}@example.com`));

  it.each([421, 450, 451, 452, 454, 503, 530, 550, 552, 553, 554, 'drop'] as const)(
    'is sent within 2 s after 20 mailboxes that responded with %s',
    async (status) => {
      await tried(await courier.welcome(...refused(status, 20)));
      const began = performance.now();
      await courier.welcome('good');
      await until('it has left', isDelivered('good'));
      expect(performance.now() - began).toBeLessThan(2_000);
    },
  );

  it('is sent while other mailboxes are slow, full and unknown', async () => {
    const slow = Array.from({ length: 8 }, (_, number) => `slow${number}`);
    for (const name of slow) smtp.heldRecipients.set(`${name}@example.com`, new Gate());
    await courier.welcome(...slow, ...refused(450, 6), ...refused(452, 6), ...refused(550, 6));
    await courier.welcome('good');
    await until('it has left', isDelivered('good'));
    expect((await courier.queue.status()).held).toEqual([]);
  });

  it('is sent once when the mail server is slow to confirm it', async () => {
    smtp.heldRecipients.set('slow@example.com', new Gate());
    const [id = ''] = await courier.welcome('slow');
    for (let times = 1; times <= 3; times++) {
      await until(
        'the courier was told to ask again',
        async () => (await courier.attempts(id)).length === times,
      );
      courier.pass(60_000);
    }
    smtp.heldRecipients.get('slow@example.com')?.open();
    await until('it is delivered', async () => {
      courier.pass(60_000);
      return (await courier.message(id)).state === 'done';
    });
    expect(smtp.arrived).toBe(1);
    expect((await courier.attempts(id))[0]).toMatchObject({ outcome: 'retry', status: 409 });
  });

  it('is held back from an unreachable mail server', async () => {
    await smtp.stop();
    await courier.welcome(...Array.from({ length: 20 }, (_, number) => `john${number}`));
    await until('it is held back', async () => (await courier.queue.status()).held.length === 1);
    expect((await courier.queue.status()).held[0]?.reason).toContain('503');
    smtp = await SmtpRecipient.start();
  });
});
