// Real: the masking of addresses. Nothing is fake.
import { describe, expect, it } from '@jest/globals';
import { redactEmails } from './redact-emails.js';

describe('redactEmails', () => {
  it.each([
    ['john@example.com', '***'],
    ['Key (email)=(zoë@xn--mnchen-3ya.example) already exists.', 'Key (email)=(***) already exists.'],
    ['to zoe\u0308@münchen.example: 550', 'to ***: 550'],
    ["550 <o'neil+x@example.com> unknown", '550 <***> unknown'],
    ['иван@пример。рф', '***'],
    ['?email=john%40example.com&x=1', '?email=***&x=1'],
    ['postgres://user@host/db', 'postgres://user@host/db'],
  ])('turns %s into %s', (text, masked) => {
    expect(redactEmails(text, 500)).toBe(masked);
  });

  it('leaves no part of an address that is cut off', () => {
    for (let before = 0; before < 40; before++) {
      const text = `${' '.repeat(before)}secret@hidden.example`;
      expect(redactEmails(text, 20)).not.toMatch(/secret|hid/);
    }
  });
});
