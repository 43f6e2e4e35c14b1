import { setting } from '../setting.js';
import { hostName, languageTag, mailAddress, path, port, url } from '../validators.js';

export const notificationServiceSettings = {
  notificationService: {
    host: setting('NOTIFICATION_HOST', hostName, {
      default: '127.0.0.1',
      example: '0.0.0.0',
      meaning: 'Address that the notification service listens on',
    }),
    port: setting('NOTIFICATION_PORT', port, {
      default: 8_001,
      meaning: 'Port of the notification service when it runs on its own',
    }),
    smtpUrl: setting('SMTP_URL', url('smtp', 'smtps'), {
      example: 'smtp://user:password@mail.example.com:587',
      meaning: 'Mail server; without it mails are written to MAIL_FOLDER',
      isSecret: true,
      isCommon: true,
    }),
    mailFolder: setting('MAIL_FOLDER', path, {
      default: 'data/mails',
      meaning: 'Folder that mails are written to when SMTP_URL is not set',
    }),
    mailFrom: setting('MAIL_FROM', mailAddress, {
      default: 'Accounts <accounts@localhost.localdomain>',
      example: 'Accounts <accounts@example.com>',
      meaning: 'Sender of mails',
    }),
    mailLanguage: setting('MAIL_LANGUAGE', languageTag, {
      default: 'en',
      example: 'de',
      meaning: 'Language of mails: a folder of MAIL_TEMPLATES; en is built in',
    }),
    mailTemplates: setting('MAIL_TEMPLATES', path, {
      example: 'templates',
      meaning:
        'Folder with a folder for each language, whose files replace the texts of mails, such as en/verification.txt',
    }),
  },
};
