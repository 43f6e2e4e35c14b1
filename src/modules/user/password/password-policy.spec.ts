// Everything is real: the policy, the list.
import { describe, expect, it } from '@jest/globals';
import { readSettings } from '../../../config/settings.js';
import { leakedPasswords } from './leaked-passwords.js';
import { PasswordPolicy } from './password-policy.js';

const policyOf = (variables: Record<string, string>) =>
  new PasswordPolicy(readSettings({ SERVICE_NAME: 'Example Accounts', ...variables }));
const email = 'a.rather.long.name@example.com';

describe('PasswordPolicy', () => {
  describe('with PASSWORD_POLICY=nist', () => {
    const policy = policyOf({ PASSWORD_POLICY: 'nist' });

    it('asks for 15 characters, or for more when PASSWORD_MIN_LENGTH does', () => {
      expect(policy.minLength).toBe(15);
      expect(policyOf({ PASSWORD_POLICY: 'nist', PASSWORD_MIN_LENGTH: '6' }).minLength).toBe(15);
      expect(policyOf({ PASSWORD_POLICY: 'nist', PASSWORD_MIN_LENGTH: '20' }).minLength).toBe(20);
    });

    it.each([
      ['aaaaaaaaaaaaaaaaaaaa', 'Must not repeat one character'],
      ['AaAaAaAaAaAaAaAaAaAa', 'Must not repeat one character'],
      ['💥'.repeat(15), 'Must not repeat one character'],
      [email, 'Must not be the e-mail address or the name of the service'],
      [email.toUpperCase(), 'Must not be the e-mail address or the name of the service'],
      ['a.rather.long.name', 'Must not be the e-mail address or the name of the service'],
      ['EXAMPLE ACCOUNTS', 'Must not be the e-mail address or the name of the service'],
      ['passwordpassword', 'Must not be a common or leaked password'],
      ['PasswordPassword', 'Must not be a common or leaked password'],
    ])('objects to %j: %s', (password, objection) => {
      expect(policy.objectionTo(password, email)).toBe(objection);
    });

    it('has no rule of composition', () => {
      for (const password of [
        'correct horse battery staple',
        'only small letters',
        '                 .',
        '9'.repeat(14) + '8',
      ])
        expect(policy.objectionTo(password, email)).toBeUndefined();
    });

    it('refuses the 10,000 most common passwords, and looks one up in less than a millisecond', () => {
      const common = [...leakedPasswords()].slice(0, 10_000);
      expect(common).toHaveLength(10_000);
      expect(common.slice(0, 20)).toEqual(expect.arrayContaining(['123456', 'password', 'qwerty']));
      const began = performance.now();
      const objections = common.map((password) => policy.objectionTo(password, email));
      expect((performance.now() - began) / common.length).toBeLessThan(1);

      expect(objections.filter((objection) => objection === undefined)).toEqual([]);
    });
  });

  it('objects to nothing with PASSWORD_POLICY=page, and asks for PASSWORD_MIN_LENGTH', () => {
    const policy = policyOf({ PASSWORD_MIN_LENGTH: '7' });

    expect(policy.minLength).toBe(7);
    for (const password of ['password', 'aaaaaaa', email, 'Example Accounts'])
      expect(policy.objectionTo(password, email)).toBeUndefined();
  });
});
