// Real: the judgement. Fake: the failures, in the form that nodemailer gives them.
import { describe, expect, it } from '@jest/globals';
import { failureOf } from './smtp-failure.js';

const reply = (command: string, response: string) => ({
  code: command === 'DATA' ? 'EMESSAGE' : 'EENVELOPE',
  command,
  response,
  responseCode: Number(response.slice(0, 3)),
});

describe('failureOf', () => {
  it.each([
    ['RCPT TO', '450 mailbox busy'],
    ['RCPT TO', '450 4.7.1 <x@example.com>: Recipient address rejected: Greylisted'],
    ['RCPT TO', '451 4.7.1 try again later'],
    ['RCPT TO', '452 4.2.2 mailbox full'],
    ['RCPT TO', '452-4.2.2 The recipient is out of storage space\n452 4.2.2 see'],
    ['RCPT TO', '450 4.4.1 no answer from host of the recipient'],
    ['DATA', '451 4.7.1 greylisted'],
    ['DATA', '452 no space for this mailbox'],
  ])('treats %s: %s as a temporary rejection of this mail', (command, response) => {
    expect(failureOf(reply(command, response))).toMatchObject({ code: 'mail.deferred' });
  });

  it.each([
    ['RCPT TO', '550 5.1.1 no such user'],
    ['RCPT TO', '501 5.1.3 bad recipient address syntax'],
    ['RCPT TO', '553 mailbox name not allowed'],
    ['RCPT TO', '552 5.2.2 over quota'],
    ['DATA', '554 5.6.0 content rejected'],
    ['DATA', '552 5.3.4 message too big'],
    ['MAIL FROM', '550 5.6.7 non-ASCII addresses not permitted'],
    ['MAIL FROM', '552 5.3.4 message size exceeds fixed limit'],
  ])('treats %s: %s as a permanent rejection of this mail', (command, response) => {
    expect(failureOf(reply(command, response))).toMatchObject({ code: 'mail.refused' });
  });

  it.each([
    ['MAIL FROM', '450 try later'],
    ['MAIL FROM', '553 sender refused'],
    ['MAIL FROM', '452 4.3.1 insufficient system storage'],
    ['RCPT TO', '421 4.7.0 too many errors'],
    ['RCPT TO', '452 4.3.1 insufficient system storage'],
    ['RCPT TO', '450 4.1.8 <a@b>: Sender address rejected: Domain not found'],
    ['RCPT TO', '550 5.1.7 bad sender'],
    ['RCPT TO', '530 5.7.0 authentication required'],
    ['RCPT TO', '503 5.5.1 bad sequence of commands'],
    ['DATA', '421 shutting down'],
    ['DATA', '451 4.3.2 system not accepting network messages'],
    ['AUTH PLAIN', '535 5.7.8 credentials invalid'],
    ['AUTH PLAIN', '454 4.7.0 temporary authentication failure'],
    ['CONN', '554 no SMTP service here'],
    ['EHLO', '550 go away'],
  ])('treats %s: %s as a failing mail server', (command, response) => {
    expect(failureOf(reply(command, response))).toMatchObject({ code: 'mail.unavailable' });
  });

  it.each(['ECONNREFUSED', 'ETIMEDOUT', 'EDNS', 'ETLS', 'ECONNECTION'])(
    'treats %s as a failing mail server',
    (code) => {
      expect(failureOf({ code: 'ESOCKET', originalCode: code, command: 'CONN' })).toMatchObject({
        code: 'mail.unavailable',
        reason: code,
      });
    },
  );
});
