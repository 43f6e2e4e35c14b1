// Real: the settings, a .env file in a folder of its own, the process's environment. Nothing is fake.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Test } from '@nestjs/testing';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigModule } from './config.module.js';
import { InvalidSettingsError } from './invalid-settings.error.js';
import { readInheritedSettings, readProcessSettings } from './process-settings.js';
import { allSettings } from './sections.js';
import { readSettings, Settings } from './settings.js';

describe('readSettings', () => {
  it('derives the limits of deliveries for the outbox', () => {
    const { outbox } = readSettings({ NOTIFICATION_TIMEOUT_MS: '200', SHUTDOWN_GRACE_MS: '300' });
    expect(outbox).toMatchObject({ sendTimeoutMs: 200, leaseMs: 600, shutdownGraceMs: 300 });
  });

  it('puts each value under its own name', () => {
    const settings = readSettings({
      PORT: '1',
      BODY_LIMIT_BYTES: '257',
      RATE_LIMIT_PER_MINUTE: '3',
      TRUSTED_PROXIES: '4',
      DATABASE_POOL_SIZE: '5',
      UNIT_TIMEOUT_MS: '106',
      PASSWORD_MIN_LENGTH: '7',
      PASSWORD_MEMORY_KIB: '808',
      PASSWORD_ITERATIONS: '9',
      PASSWORD_PARALLELISM: '10',
      PASSWORD_CONCURRENCY: '11',
      PASSWORD_QUEUE_LIMIT: '12',
      PASSWORD_MAX_WAIT_MS: '13',
      NOTIFICATION_TIMEOUT_MS: '114',
      OUTBOX_CONCURRENCY: '15',
      OUTBOX_RETENTION_MS: '16',
      OUTBOX_RETRY_FOR_MS: '19',
      SHUTDOWN_GRACE_MS: '17',
      NOTIFICATION_PORT: '18',
      METRICS_PORT: '19',
    });
    expect(settings).toMatchObject({
      http: { port: 1, bodyLimitBytes: 257, rateLimitPerMinute: 3, trustedProxies: 4, shutdownGraceMs: 17 },
      database: { poolSize: 5 },
      unit: { timeoutMs: 106 },
      password: { minLength: 7, memoryKib: 808, iterations: 9, parallelism: 10 },
      notification: { timeoutMs: 114 },
      outbox: { concurrency: 15, retentionMs: 16, retryForMs: 19 },
      notificationService: { port: 18 },
      metrics: { enabled: true, port: 19 },
    });
    expect(settings.password).toMatchObject({ concurrency: 11, queueLimit: 12, maxWaitMs: 13 });
  });
});

describe('PUBLIC_URL and WELCOME_LINK', () => {
  it.each([
    [{}, 'http://localhost:8000', 'http://localhost:8000/docs/'],
    [{ PORT: '3000' }, 'http://localhost:3000', 'http://localhost:3000/docs/'],
    [{ PUBLIC_URL: 'https://a.example/b/' }, 'https://a.example/b', 'https://a.example/b/docs/'],
    [{ WELCOME_LINK: 'https://a.example/?b=c#d' }, 'http://localhost:8000', 'https://a.example/?b=c#d'],
  ])('of %j are %s and %s', (variables, publicUrl, welcomeLink) => {
    expect(readSettings(variables).service).toEqual({ name: 'Accounts', publicUrl, welcomeLink });
  });
});

describe('SERVER_TIMING', () => {
  it.each([
    [{}, true],
    [{ NODE_ENV: 'development' }, true],
    [{ NODE_ENV: 'production' }, false],
    [{ NODE_ENV: 'production', SERVER_TIMING: 'on' }, true],
    [{ SERVER_TIMING: 'off' }, false],
  ])('with %j is %s', (variables, shown) => {
    expect(readSettings(variables).timing.shown).toBe(shown);
  });
});

describe('readProcessSettings', () => {
  const before = { folder: process.cwd(), variables: { ...process.env } };
  const warnings: string[] = [];
  const read = () => readProcessSettings((warning) => warnings.push(warning));
  let folder: string;

  beforeEach(() => {
    for (const { variable } of allSettings) delete process.env[variable];
    folder = mkdtempSync(join(tmpdir(), 'settings-'));
    process.chdir(folder);
    warnings.length = 0;
  });

  afterEach(() => {
    process.chdir(before.folder);
    rmSync(folder, { recursive: true });
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, before.variables);
  });

  it('reads a .env file, which variables of the process override', () => {
    writeFileSync('.env', 'PORT=8100\nLOG_LEVEL=warn\n');
    process.env['PORT'] = '8200';
    expect(read()).toMatchObject({ http: { port: 8200 }, log: { level: 'warn' } });
    expect(warnings).toEqual([]);
  });

  it('needs no .env file', () => {
    expect(read().http.port).toBe(8000);
  });

  it('changes nothing in the environment of the process', () => {
    writeFileSync('.env', 'PORT=8100\n');
    const variables = { ...process.env };
    read();
    expect({ ...process.env }).toEqual(variables);
  });

  it('throws when a setting is not valid', () => {
    process.env['PORT'] = 'eight thousand';
    expect(read).toThrow(InvalidSettingsError);
  });

  it('warns of a misspelt setting, in the file as in the process', () => {
    writeFileSync('.env', 'LOG_LEVLE=warn\n');
    process.env['PASSWORD_PEPER'] = 'a:secret-0123456789';
    read();
    expect(warnings.sort()).toEqual([
      'LOG_LEVLE is not a setting and has no effect. Did you mean LOG_LEVEL? Rename or remove it.',
      'PASSWORD_PEPER is not a setting and has no effect. Did you mean PASSWORD_PEPPER? Rename or remove it.',
    ]);
  });

  it('reads no .env file for a child process, whose parent passes on what it read', () => {
    writeFileSync('.env', 'PORT=8100\n');
    expect(readInheritedSettings().http.port).toBe(8000);
  });
});

describe('ConfigModule', () => {
  it('injects the settings that it is given by their class', async () => {
    const settings = readSettings({ PORT: '8300' });
    const app = await Test.createTestingModule({ imports: [ConfigModule.with(settings)] }).compile();
    expect(app.get(Settings)).toBe(settings);
  });
});
