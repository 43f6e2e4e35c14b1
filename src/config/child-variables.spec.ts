// Real: the environment of this process. Nothing is fake.
import { afterEach, describe, expect, it } from '@jest/globals';
import { childVariables } from './child-variables.js';

describe('childVariables', () => {
  afterEach(() => {
    delete process.env['KEY_SECRET_FILE'];
  });

  it('passes on the environment and the settings that the child reads, and no other setting', () => {
    process.env['KEY_SECRET_FILE'] = '/run/secrets/key_secret';
    const { PATH } = process.env;
    const given = childVariables(
      {
        ...process.env,
        SMTP_URL_FILE: '/run/secrets/smtp_url',
        MAIL_FROM: 'a@b.example',
        DATABASE_URL: 'postgres://a:b@c/d',
        PASSWORD_PEPPER: 'a:0123456789abcdef',
        POSTGRES_PASSWORD: 'from .env',
      },
      ['notificationService'],
    );
    expect(given).toMatchObject({ PATH, SMTP_URL_FILE: '/run/secrets/smtp_url', MAIL_FROM: 'a@b.example' });
    for (const name of ['DATABASE_URL', 'PASSWORD_PEPPER', 'KEY_SECRET_FILE', 'POSTGRES_PASSWORD'])
      expect(given).not.toHaveProperty(name);
  });
});
