import { existsSync, readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { InvalidSettingsError } from './invalid-settings.error.js';
import { withPassword } from './database-address.js';
import { keySecretSource } from './key-secret.js';
import { readEnvironment } from './environment.js';

/**
 * Every setting, validated and grouped by what it governs. Durations are in milliseconds.
 * @throws InvalidSettingsError when a variable is not valid
 */
export function readSettings(variables: NodeJS.ProcessEnv) {
  const read = readEnvironment(variables);
  const publicUrl = read.PUBLIC_URL ?? `http://localhost:${read.PORT}`;
  return {
    service: {
      name: read.SERVICE_NAME,
      publicUrl,
      welcomeLink: read.WELCOME_LINK ?? `${publicUrl}/docs/`,
    },
    http: {
      host: read.HOST,
      port: read.PORT,
      bodyLimitBytes: read.BODY_LIMIT_BYTES,
      rateLimitPerMinute: read.RATE_LIMIT_PER_MINUTE,
      trustedProxies: read.TRUSTED_PROXIES,
      shutdownGraceMs: read.SHUTDOWN_GRACE_MS,
      keepAliveTimeoutMs: read.KEEP_ALIVE_TIMEOUT_MS,
    },
    log: { level: read.LOG_LEVEL, format: read.LOG_FORMAT },
    metrics: { enabled: read.METRICS === 'on', host: read.METRICS_HOST, port: read.METRICS_PORT },
    timing: { shown: isOn(read.SERVER_TIMING, variables['NODE_ENV'] !== 'production') },
    tracing: {
      endpoint: read.OTEL_EXPORTER_OTLP_ENDPOINT,
      tracesEndpoint: read.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
      exporter: read.OTEL_TRACES_EXPORTER,
    },
    database: {
      address: withPassword(read.DATABASE_URL, read.DATABASE_PASSWORD),
      poolSize: read.DATABASE_POOL_SIZE,
      connectTimeoutMs: read.DATABASE_CONNECT_TIMEOUT_MS,
      statementTimeoutMs: read.DATABASE_STATEMENT_TIMEOUT_MS,
      schemaMode: read.SCHEMA_MODE ?? (read.DATABASE_URL.kind === 'sqlite' ? 'create' : 'migrate'),
    },
    unit: { timeoutMs: read.UNIT_TIMEOUT_MS },
    account: { privacy: read.ACCOUNT_PRIVACY },
    password: {
      minLength: read.PASSWORD_MIN_LENGTH,
      memoryKib: read.PASSWORD_MEMORY_KIB,
      iterations: read.PASSWORD_ITERATIONS,
      parallelism: read.PASSWORD_PARALLELISM,
      pepper: read.PASSWORD_PEPPER,
      concurrency: read.PASSWORD_CONCURRENCY,
      queueLimit: read.PASSWORD_QUEUE_LIMIT,
      maxWaitMs: read.PASSWORD_MAX_WAIT_MS,
    },
    session: {
      signIn: read.SIGN_IN,
      accessTokenLifetimeMs: read.ACCESS_TOKEN_LIFETIME_MS,
      keySecret: keySecretSource(read.KEY_SECRET, read.DATABASE_URL, variables['NODE_ENV'] === 'production'),
    },
    notification: { url: read.NOTIFICATION_SERVICE_URL, timeoutMs: read.NOTIFICATION_TIMEOUT_MS },
    outbox: {
      concurrency: read.OUTBOX_CONCURRENCY,
      retryForMs: read.OUTBOX_RETRY_FOR_MS,
      retentionMs: read.OUTBOX_RETENTION_MS,
    },
    notificationService: {
      host: read.NOTIFICATION_HOST,
      port: read.NOTIFICATION_PORT,
      smtpUrl: read.SMTP_URL,
      mailFolder: read.MAIL_FOLDER,
      mailFrom: read.MAIL_FROM,
    },
  };
}

const isOn = (choice: 'auto' | 'on' | 'off', otherwise: boolean) =>
  choice === 'auto' ? otherwise : choice === 'on';

type Read = Readonly<ReturnType<typeof readSettings>>;

/** The settings of this process, injected by class. */
export abstract class Settings implements Read {
  abstract readonly service: Read['service'];
  abstract readonly http: Read['http'];
  abstract readonly log: Read['log'];
  abstract readonly metrics: Read['metrics'];
  abstract readonly timing: Read['timing'];
  abstract readonly tracing: Read['tracing'];
  abstract readonly database: Read['database'];
  abstract readonly unit: Read['unit'];
  abstract readonly account: Read['account'];
  abstract readonly password: Read['password'];
  abstract readonly session: Read['session'];
  abstract readonly notification: Read['notification'];
  abstract readonly outbox: Read['outbox'];
  abstract readonly notificationService: Read['notificationService'];

  /** From `process.env`, over a `.env` file in the working directory where there is one. */
  static ofThisProcess(): Settings {
    const file = existsSync('.env') ? parseEnv(readSettingsFile()) : {};
    return readSettings({ ...file, ...process.env });
  }

  /** Makes every later reading of the settings name the notification service that was started beside this process. */
  static notifyAt(url: string): void {
    process.env['NOTIFICATION_SERVICE_URL'] = url;
  }
}

function readSettingsFile(): string {
  try {
    return readFileSync('.env', 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new InvalidSettingsError([
      { name: '.env', problem: `cannot be read (${code}): let this user read the file, or take it away` },
    ]);
  }
}
