// Real: every rule of every setting. Nothing is fake; the variables are given, not those of the process.
import { describe, expect, it } from '@jest/globals';
import { resolve } from 'node:path';
import { readEnvironment } from './environment.js';
import { InvalidSettingsError } from './invalid-settings.error.js';
import { allSettings } from './sections.js';

const names = allSettings.map(({ variable }) => variable);

function errorsOf(variables: Record<string, string>) {
  try {
    readEnvironment(variables);
  } catch (error) {
    if (error instanceof InvalidSettingsError) return error;
    throw error;
  }
  throw new Error('these settings were accepted');
}

describe('readEnvironment', () => {
  it('needs no variable at all', () => {
    const read = readEnvironment({});
    expect(read).toMatchObject({
      http: { host: '127.0.0.1', port: 8000 },
      account: { privacy: 'disclose' },
      password: { memoryKib: 19_456 },
      database: { address: { kind: 'sqlite', file: resolve('data/accounts.db') } },
    });
    expect(read.notification.url).toBeUndefined();
    expect(read.notificationService.smtpUrl).toBeUndefined();
  });

  it('treats blank values as not set', () => {
    const blank = Object.fromEntries(names.map((name, index) => [name, ['', '  ', '\t\r'][index % 3]]));
    expect(readEnvironment(blank)).toEqual(readEnvironment({}));
  });

  it('trims values, such as the carriage return that Windows line endings leave', () => {
    expect(readEnvironment({ PORT: ' 9000\r', HOST: 'localhost\r' }).http).toMatchObject({
      port: 9000,
      host: 'localhost',
    });
  });

  it('ignores variables that are not settings', () => {
    expect(() => readEnvironment({ PATH: '/bin', NODE_ENV: 'anything' })).not.toThrow();
  });

  const wrong: [string, string, string][] = [
    ['SERVICE_NAME', 'A\nBcc: x@example.com', 'must be one line of at most 60 characters'],
    ['SERVICE_NAME', 'A\u202eB', 'must be one line of at most 60 characters'],
    ['SERVICE_NAME', 'x'.repeat(61), 'must be one line of at most 60 characters'],
    ['PUBLIC_URL', 'accounts.example.com', 'must be a URL that starts with http:// or https://'],
    ['PUBLIC_URL', 'ftp://accounts.example.com', 'must be a URL that starts with http:// or https://'],
    ['PUBLIC_URL', 'https:///path', 'must be a URL that starts with http:// or https://'],
    [
      'PUBLIC_URL',
      'https://a.example/?b=1',
      'must be a URL that starts with http:// or https://, without query, fragment or password',
    ],
    [
      'PUBLIC_URL',
      'https://a.example/#b',
      'must be a URL that starts with http:// or https://, without query, fragment or password',
    ],
    [
      'PUBLIC_URL',
      'https://user:secret@a.example',
      'must be a URL that starts with http:// or https://, without query, fragment or password',
    ],
    ['WELCOME_LINK', 'javascript:alert(1)', 'must be a URL that starts with http:// or https://'],
    ['WELCOME_LINK', '/docs/', 'must be a URL that starts with http:// or https://'],
    ['WELCOME_LINK', 'https://a.example/b c', 'must be a URL that starts with http:// or https://'],
    ['HOST', 'http://localhost', 'must be a host name or an IP address'],
    ['PORT', '65536', 'must be a whole number from 0 to 65535'],
    ['PORT', '-1', 'must be a whole number from 0 to 65535'],
    ['PORT', '80.5', 'must be a whole number from 0 to 65535'],
    ['PORT', '0x50', 'must be a whole number from 0 to 65535'],
    ['BODY_LIMIT_BYTES', '16kb', 'must be a whole number from 256 to 10485760'],
    ['LOG_LEVEL', 'INFO', 'must be one of: debug, info, warn, error, silent'],
    ['LOG_FORMAT', 'xml', 'must be one of: auto, json, pretty'],
    [
      'DATABASE_URL',
      'mysql://localhost/x',
      'must be sqlite:PATH, postgres://USER:PASSWORD@HOST:PORT/DATABASE, or the same with several hosts (HOST:PORT,HOST:PORT)',
    ],
    [
      'DATABASE_URL',
      'postgres://',
      'must be sqlite:PATH, postgres://USER:PASSWORD@HOST:PORT/DATABASE, or the same with several hosts (HOST:PORT,HOST:PORT)',
    ],
    ['DATABASE_URL', 'sqlite::memory:', 'must name a file'],
    ['SCHEMA_MODE', 'sync', 'must be one of: create, migrate, check'],
    ['DATABASE_STATEMENT_TIMEOUT_MS', '0', 'must be a whole number from 100 to 600000'],
    ['ACCOUNT_PRIVACY', 'yes', 'must be one of: disclose, strict'],
    ['ACCOUNT_PRIVACY', 'constructor', 'must be one of: disclose, strict'],
    ['PASSWORD_MIN_LENGTH', '5', 'must be a whole number from 6 to 128'],
    ['PASSWORD_MEMORY_KIB', '4194304', 'must be a whole number from 8 to 2097152'],
    ['PASSWORD_PEPPER', 'short:secret', 'must be ID:SECRET pairs'],
    ['PASSWORD_PEPPER', 'no-colon-in-this-one', 'must be ID:SECRET pairs'],
    ['PASSWORD_PEPPER', 'a:0123456789abcdef,a:0123456789abcdeg', 'must not name the key id a twice'],
    ['NOTIFICATION_SERVICE_URL', 'notifications:8001', 'must be a URL that starts with http:// or https://'],
    ['NOTIFICATION_SERVICE_URL', 'http://notifications/api?key=1', 'must have no query (?)'],
    ['NOTIFICATION_SERVICE_URL', 'http://notifications/?', 'must have no query (?)'],
    ['NOTIFICATION_SERVICE_URL', 'http://notifications/api#part', 'must have no fragment (#)'],
    ['NOTIFICATION_SERVICE_URL', 'http://user:password@notifications/#', 'must have no fragment (#)'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'http://collector:4318?token=1', 'must have no query (?)'],
    ['NOTIFICATION_SERVICE_URL', 'ftp://notifications', 'must be a URL that starts with http:// or https://'],
    ['SMTP_URL', 'http://mail.example.com', 'must be a URL that starts with smtp:// or smtps://'],
    ['MAIL_FOLDER', 'a\0b', 'must be a path'],
    ['MAIL_FROM', 'Accounts', 'must be ADDRESS or NAME <ADDRESS>'],
    ['MAIL_FROM', 'Accounts <a@example.com', 'must be ADDRESS or NAME <ADDRESS>'],
    ['MAIL_FROM', 'A\nBcc: x <a@example.com>', 'must be ADDRESS or NAME <ADDRESS>'],
  ];

  it.each(wrong)('refuses %s=%j: it %s', (name, value, problem) => {
    const error = errorsOf({ [name]: value });
    const example = allSettings.find(({ variable }) => variable === name)?.example;
    expect(error.errors).toEqual([{ name, problem: expect.stringContaining(problem), example }]);
    expect(error.message).toContain(`${name} ${problem}`);
    expect(error.message).toContain(`For example: ${name}=${example}`);
  });

  it('refuses less memory than the lanes need, naming both settings', () => {
    expect(errorsOf({ PASSWORD_MEMORY_KIB: '64', PASSWORD_PARALLELISM: '16' }).message).toContain(
      'PASSWORD_MEMORY_KIB must be at least 128 with PASSWORD_PARALLELISM=16',
    );
  });

  it('refuses a hash that would take many seconds, naming both settings', () => {
    expect(errorsOf({ PASSWORD_MEMORY_KIB: '2097152', PASSWORD_ITERATIONS: '3' }).message).toContain(
      'PASSWORD_ITERATIONS must be at most 2 with PASSWORD_MEMORY_KIB=2097152',
    );
  });

  it('reports all invalid settings at once', () => {
    const error = errorsOf({
      PORT: 'x',
      LOG_LEVEL: 'x',
      SMTP_URL: 'x',
      PASSWORD_MEMORY_KIB: '8',
      PASSWORD_PARALLELISM: '2',
    });
    expect(error.errors.map(({ name }) => name).sort()).toEqual([
      'LOG_LEVEL',
      'PASSWORD_MEMORY_KIB',
      'PORT',
      'SMTP_URL',
    ]);
    expect(error.message.split('\n')).toHaveLength(4);
  });

  it('never repeats a value, which may be a secret', () => {
    const { message } = errorsOf({
      DATABASE_URL: 'postgress://accounts:hunter2-database@db/accounts',
      PASSWORD_PEPPER: 'a:hunter2-pepper-of-good-length,b:hunter2-short',
      SMTP_URL: 'smpt://mailer:hunter2-mail@mail.example.com',
      NOTIFICATION_SERVICE_URL: 'htp://user:hunter2-notification@notifications',
    });
    expect(message.split('\n')).toHaveLength(4);
    expect(message).not.toContain('hunter2');
  });

  it('reads peppers in order, with colons inside a secret', () => {
    const { password } = readEnvironment({
      PASSWORD_PEPPER: '2026b:new:secret-0123456, 2026a:old-secret-0123456',
    });
    expect([...(password.pepper ?? [])]).toEqual([
      ['2026b', 'new:secret-0123456'],
      ['2026a', 'old-secret-0123456'],
    ]);
  });

  it.each([
    ['sqlite:data/a.db', { kind: 'sqlite', file: resolve('data/a.db') }],
    ['sqlite:///var/lib/a.db', { kind: 'sqlite', file: '/var/lib/a.db' }],
    ['postgres://u:p@db:5432/accounts', { kind: 'postgres', url: 'postgres://u:p@db:5432/accounts' }],
    ['postgresql://db/accounts', { kind: 'postgres', url: 'postgresql://db/accounts' }],
  ])('reads the database address %s', (text, address) => {
    expect(readEnvironment({ DATABASE_URL: text }).database.address).toEqual(address);
  });

  it.each([
    ['http://notifications:8001/', 'http://notifications:8001'],
    ['https://example.com/base//', 'https://example.com/base'],
  ])('drops trailing slashes of %s', (text, read) => {
    expect(readEnvironment({ NOTIFICATION_SERVICE_URL: text }).notification.url).toBe(read);
  });

  it.each(['accounts@example.com', 'Accounts <accounts@example.com>', '<accounts@example.com>'])(
    'accepts the sender %s',
    (text) => {
      expect(readEnvironment({ MAIL_FROM: text }).notificationService.mailFrom).toBe(text);
    },
  );
});
