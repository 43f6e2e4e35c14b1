// Real: the mailer, nodemailer, an SMTP server on a socket, which holds its answers as told. Timeouts are short.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Gate } from '../support/gate.js';
import { SmtpRecipient } from '../support/smtp-recipient.js';
import { SmtpMailer } from '../../src/notification-service/mail/smtp.mailer.js';

const mail = {
  key: 'key',
  to: { address: 'john@example.com', name: 'John' },
  subject: 'Welcome',
  text: 'Hello',
  html: '<p>Hello</p>',
};
const from = { address: 'shop@example.com', name: 'Shop' };

describe('SmtpMailer.send', () => {
  let smtp: SmtpRecipient;
  let mailer: SmtpMailer;

  beforeEach(async () => void (smtp = await SmtpRecipient.start()));
  afterEach(async () => {
    smtp.hold?.open();
    mailer.onModuleDestroy();
    mailer.onApplicationShutdown();
    await smtp.stop();
  });

  it('does not treat a missing reply after the whole mail as a failure, because the mail may have been sent', async () => {
    smtp.hold = new Gate();
    mailer = new SmtpMailer(smtp.url(), from, 0, { exchangeMs: 60_000, replyMs: 100 });
    await expect(mailer.send(mail)).rejects.toMatchObject({ code: 'mail.unconfirmed' });
    expect(smtp.arrived).toBe(1);
  });

  it('waits longer for the reply to the mail than for earlier replies', async () => {
    smtp.hold = new Gate();
    mailer = new SmtpMailer(smtp.url(), from, 0, { exchangeMs: 2_000, replyMs: 60_000 });
    const sent = mailer.send(mail);
    setTimeout(() => smtp.hold?.open(), 2_500);
    await sent;
    expect(smtp.mails).toHaveLength(1);
  });

  it('treats a missing reply before the mail as a failing server', async () => {
    smtp.heldCommands = new Gate();
    mailer = new SmtpMailer(smtp.url(), from, 0, { exchangeMs: 100, replyMs: 60_000 });
    await expect(mailer.send(mail)).rejects.toMatchObject({ code: 'mail.unavailable' });
    smtp.heldCommands.open();
  });
});
