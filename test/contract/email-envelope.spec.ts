/**
 * The canonical form of an e-mail address is the recipient that the mailer writes into the envelope, to the letter.
 * SPELLING_PAIRS sets how many pairs of spellings (10,000 for a release).
 * Real: the notification service, its SMTP mailer, nodemailer, a TCP server that speaks SMTP. Fake: nothing.
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { canonicalEmail } from '../../src/identity/email-address.js';
import { SmtpMailer } from '../../src/notification-service/mail/smtp.mailer.js';
import { MailService } from '../support/mail-service.js';
import { RecordingSmtp } from '../support/recording-smtp.js';
import { randomSpelling, respell } from '../support/spellings.js';

const count = Number(process.env['SPELLING_PAIRS'] ?? 1_000);

let smtp: RecordingSmtp;
beforeAll(async () => void (smtp = await RecordingSmtp.start()));
afterAll(() => smtp.stop());

describe(`The canonical form of ${count} pairs of spellings`, () => {
  const pairs = Array.from({ length: count }, (_, run) => {
    const spelling = randomSpelling();
    return [spelling, run % 2 ? respell(spelling) : randomSpelling()] as const;
  });

  it('is equal exactly when the recipient in the envelope is', async () => {
    const envelopes = await envelopesOf(pairs.flat());
    const counts = { same: 0, other: 0 };
    for (const [one, other] of pairs) {
      const [form, otherForm] = [canonicalEmail(one), canonicalEmail(other)];
      if (form === undefined || otherForm === undefined) continue;
      counts[form === otherForm ? 'same' : 'other']++;
      expect(envelopes.get(one) === envelopes.get(other)).toBe(form === otherForm);
      expect(envelopes.get(one)).toBe(form);
    }
    expect(counts.same).toBeGreaterThan(count / 10);
    expect(counts.other).toBeGreaterThan(count / 10);
  });

  it('is idempotent: its own form is itself', () => {
    for (const spelling of pairs.flat()) {
      const form = canonicalEmail(spelling);
      if (form !== undefined) expect(canonicalEmail(form)).toBe(form);
    }
  });

  it('is the same for NFC and NFD', () => {
    for (const spelling of pairs.flat())
      expect(canonicalEmail(spelling.normalize('NFD'))).toBe(canonicalEmail(spelling.normalize('NFC')));
  });
});

describe('POST /notifications/welcome/send/', () => {
  it('writes the canonical form of 300 spellings into the envelope, or answers 400 and sends none', async () => {
    const service = await MailService.start({ SMTP_URL: smtp.url });
    try {
      for (let run = 0; run < 300; run++) {
        const email = randomSpelling();
        const sent = smtp.recipients.length;
        const { status } = await service.welcome(`key-${run}`, { email, name: 'John' });
        const form = canonicalEmail(email);
        expect([status, ...smtp.recipients.slice(sent)]).toEqual(form === undefined ? [400] : [200, form]);
      }
    } finally {
      await service.remove();
    }
  });
});

/** What the mailer writes for each spelling that has a form. Each is a mail of its own. */
async function envelopesOf(spellings: readonly string[]): Promise<Map<string, string>> {
  const mailer = new SmtpMailer(smtp.url, { address: 'shop@example.com', name: 'Shop' }, 0);
  const envelopes = new Map<string, string>();
  for (const spelling of new Set(spellings)) {
    const address = canonicalEmail(spelling);
    if (address === undefined) continue;
    await mailer.send({ key: 'key', to: { address, name: '' }, subject: 'x', text: 'x', html: 'x' });
    envelopes.set(spelling, smtp.recipients.at(-1)!);
  }
  mailer.onApplicationShutdown();
  return envelopes;
}
