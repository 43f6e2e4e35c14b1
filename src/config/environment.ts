import { availableParallelism } from 'node:os';
import { cleanEnv, type CleanedEnv } from 'envalid';
import { InvalidSettingsError } from './invalid-settings.error.js';
import { databaseAddress, databasePasswordErrors, parseDatabaseAddress } from './database-address.js';
import { hashCostErrors, hashCostLimit } from './hash-cost.js';
import { pepperKeys } from './pepper.js';
import { readSecretFiles } from './secret-files.js';
import {
  anyText,
  baseUrl,
  hostName,
  link,
  mailAddress,
  oneOf,
  path,
  secretKey,
  serviceUrl,
  title,
  url,
  integer,
  integerSeconds,
} from './validators.js';

const loopback = '127.0.0.1';
const second = 1_000;
const minute = 60 * second;
const day = 24 * 60 * minute;

/**
 * Every setting: its name, its rule, its default, what it means, and a valid example.
 * Durations are in milliseconds, sizes in bytes unless the name says otherwise.
 */
export const environment = {
  SERVICE_NAME: title({
    default: 'Accounts',
    desc: 'Name of the service, as people read it in mails',
    example: 'Example Accounts',
  }),
  PUBLIC_URL: baseUrl({
    default: undefined,
    desc: 'Address of the service, as people reach it; without it mails say http://localhost:PORT',
    example: 'https://accounts.example.com',
  }),

  HOST: hostName({ default: loopback, desc: 'Address the API listens on', example: '0.0.0.0' }),
  PORT: integer(0, 65_535)({ default: 8000, desc: 'Port of the API; 0 takes a free one', example: '8000' }),
  BODY_LIMIT_BYTES: integer(
    256,
    10_485_760,
  )({ default: 16_384, desc: 'Largest request body', example: '16384' }),
  RATE_LIMIT_PER_MINUTE: integer(
    0,
    1_000_000,
  )({
    default: 0,
    desc: 'Requests a minute that one client address may send to the account routes; 0 sets no limit',
    example: '120',
  }),
  TRUSTED_PROXIES: integer(
    0,
    16,
  )({
    default: 0,
    desc: 'Proxies in front of the API whose X-Forwarded-For is believed',
    example: '1',
  }),
  SHUTDOWN_GRACE_MS: integer(
    0,
    minute,
  )({
    // Longer than a request usually takes, and with the time to answer within the 10 seconds after which Docker kills.
    default: 6 * second,
    desc: 'How long a stop waits for what is under way; then requests are cut off and deliveries put back',
    example: '25000',
  }),

  KEEP_ALIVE_TIMEOUT_MS: integer(
    1 * second,
    10 * minute,
  )({
    // The load balancers of the large clouds keep theirs for 60 seconds.
    default: 65 * second,
    desc: 'How long an idle connection waits for its next request; longer than the load balancer in front waits',
    example: '65000',
  }),

  LOG_LEVEL: oneOf(
    'debug',
    'info',
    'warn',
    'error',
    'silent',
  )({
    default: 'info',
    desc: 'Least severe lines to write',
    example: 'info',
  }),
  LOG_FORMAT: oneOf(
    'auto',
    'json',
    'pretty',
  )({
    default: 'auto',
    desc: 'json for machines, pretty for people; auto is pretty on a terminal',
    example: 'json',
  }),

  METRICS: oneOf(
    'on',
    'off',
  )({
    default: 'on',
    desc: 'Serve the metrics, in the format of Prometheus, at http://METRICS_HOST:METRICS_PORT/metrics',
    example: 'on',
  }),
  METRICS_HOST: hostName({
    default: loopback,
    desc: 'Address the metrics are served on; not for the internet',
    example: '127.0.0.1',
  }),
  METRICS_PORT: integer(
    0,
    65_535,
  )({ default: 9464, desc: 'Port of the metrics; 0 takes a free one', example: '9464' }),
  SERVER_TIMING: oneOf(
    'auto',
    'on',
    'off',
  )({
    default: 'auto',
    desc: 'Tell in a Server-Timing header where the time of a request went; auto does unless NODE_ENV is production',
    example: 'off',
  }),
  OTEL_EXPORTER_OTLP_ENDPOINT: serviceUrl({
    default: undefined,
    desc: 'Collector that traces are sent to by OTLP over HTTP (JSON); without it there are none',
    example: 'http://127.0.0.1:4318',
  }),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: url(
    'http',
    'https',
  )({
    default: undefined,
    desc: 'The same, as the whole address for traces',
    example: 'http://127.0.0.1:4318/v1/traces',
  }),
  OTEL_TRACES_EXPORTER: oneOf(
    'otlp',
    'none',
  )({
    default: undefined,
    desc: 'otlp sends traces, where no endpoint is named to http://localhost:4318; none sends none',
    example: 'otlp',
  }),

  DATABASE_URL: databaseAddress({
    default: parseDatabaseAddress('sqlite:data/accounts.db'),
    desc: 'Where accounts and messages are kept',
    example: 'sqlite:data/accounts.db',
  }),
  DATABASE_PASSWORD: anyText({
    default: undefined,
    desc: 'Password of the PostgreSQL user where DATABASE_URL has none; any character, no escapes',
    example: 'a-long-random-secret',
  }),
  DATABASE_POOL_SIZE: integer(1, 100)({ default: 10, desc: 'Connections to PostgreSQL', example: '10' }),
  DATABASE_CONNECT_TIMEOUT_MS: integer(
    100,
    minute,
  )({
    default: 5 * second,
    desc: 'How long to wait for a connection to PostgreSQL, new or free, before the answer is 503',
    example: '5000',
  }),
  DATABASE_STATEMENT_TIMEOUT_MS: integer(
    100,
    10 * minute,
  )({
    default: 15 * second,
    desc: 'How long PostgreSQL may work on one statement; migrations have no such limit',
    example: '15000',
  }),
  SCHEMA_MODE: oneOf(
    'create',
    'migrate',
    'check',
  )({
    default: undefined,
    desc: 'What a start does about the schema: create what is missing (SQLite), migrate (PostgreSQL), or only check',
    example: 'check',
  }),
  UNIT_TIMEOUT_MS: integer(
    100,
    10 * minute,
  )({
    default: 5 * second,
    desc: 'How long a unit of work may stay open before it is rolled back',
    example: '5000',
  }),

  ACCOUNT_PRIVACY: oneOf(
    'page',
    'strict',
  )({
    default: 'page',
    desc: 'page answers 404 for an unknown e-mail; strict answers it like a wrong password',
    example: 'strict',
  }),
  PASSWORD_MIN_LENGTH: integer(
    6,
    128,
  )({
    default: 6,
    desc: 'Fewest characters of a new password',
    example: '12',
  }),
  PASSWORD_MEMORY_KIB: integer(
    8,
    hashCostLimit.memoryKib,
  )({
    default: 19_456,
    desc: 'Memory of one Argon2id hash, in KiB',
    example: '19456',
  }),
  PASSWORD_ITERATIONS: integer(
    1,
    hashCostLimit.iterations,
  )({
    default: 2,
    desc: 'Passes of one Argon2id hash',
    example: '2',
  }),
  PASSWORD_PARALLELISM: integer(
    1,
    hashCostLimit.parallelism,
  )({
    default: 1,
    desc: 'Lanes of one Argon2id hash',
    example: '1',
  }),
  PASSWORD_PEPPER: pepperKeys({
    default: new Map<string, string>(),
    desc: 'Secret keys mixed into hashes, as ID:SECRET pairs; the first is used for new hashes',
    example: '2026a:a-long-random-secret',
  }),
  PASSWORD_CONCURRENCY: integer(
    1,
    64,
  )({
    default: Math.min(availableParallelism(), 3),
    desc: 'Hashes computed at once; by default one a core, at most three of the four threads shared with the database',
    example: '2',
  }),
  PASSWORD_QUEUE_LIMIT: integer(
    1,
    100_000,
  )({
    default: 1_000,
    desc: 'Most requests that may wait for a hash',
    example: '1000',
  }),
  PASSWORD_MAX_WAIT_MS: integer(
    1,
    minute,
  )({
    default: 400,
    desc: 'A request that would wait longer than this for its hash, once the queue has stood for a second, is answered 503',
    example: '400',
  }),

  SIGN_IN: oneOf(
    'user',
    'token',
  )({
    default: 'user',
    desc: 'What POST /user/signin/ answers: the user, or the tokens of a new session as POST /session/ does',
    example: 'token',
  }),
  ACCESS_TOKEN_LIFETIME_MS: integerSeconds(
    1,
    3_600,
  )({
    default: 10 * minute,
    desc: 'How long an access token is valid; whole seconds',
    example: '600000',
  }),
  KEY_SECRET: secretKey({
    default: undefined,
    desc: 'Encrypts the keys that sign access tokens: 32 random bytes in base64; without it SQLite keeps one in a file beside the database',
    example: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
  }),

  NOTIFICATION_SERVICE_URL: serviceUrl({
    default: undefined,
    desc: 'The notification service; without it the bundled one runs beside the API',
    example: 'http://notifications:8001',
  }),
  NOTIFICATION_TIMEOUT_MS: integer(
    100,
    30 * second,
  )({
    default: 10 * second,
    desc: 'How long one delivery may take; the lease of a message is three times as long',
    example: '10000',
  }),
  OUTBOX_CONCURRENCY: integer(1, 200)({ default: 20, desc: 'Deliveries under way at once', example: '20' }),
  OUTBOX_RETRY_FOR_MS: integer(
    0,
    365 * day,
  )({
    default: day,
    desc: 'For how long a message is tried at least before it is given up',
    example: '86400000',
  }),
  OUTBOX_RETENTION_MS: integer(
    0,
    365 * day,
  )({
    default: 7 * day,
    desc: 'How long the row of a delivered message is kept; its content goes at once',
    example: '604800000',
  }),

  NOTIFICATION_HOST: hostName({
    default: loopback,
    desc: 'Address the notification service listens on',
    example: '0.0.0.0',
  }),
  NOTIFICATION_PORT: integer(
    0,
    65_535,
  )({
    default: 8001,
    desc: 'Port of the notification service when it runs on its own',
    example: '8001',
  }),
  SMTP_URL: url(
    'smtp',
    'smtps',
  )({
    default: undefined,
    desc: 'Mail server for the welcome mails; without it they are written to MAIL_FOLDER',
    example: 'smtp://user:password@mail.example.com:587',
  }),
  MAIL_FOLDER: path({
    default: 'data/mails',
    desc: 'Folder for mails when there is no SMTP_URL',
    example: 'data/mails',
  }),
  MAIL_FROM: mailAddress({
    default: 'Accounts <accounts@localhost.localdomain>',
    desc: 'Sender of the welcome mails',
    example: 'Accounts <accounts@example.com>',
  }),
  WELCOME_LINK: link({
    default: undefined,
    desc: 'Where the welcome mail sends people to activate their account; without it to PUBLIC_URL/docs/',
    example: 'https://www.example.com/activate',
  }),
};

/**
 * Reads the settings out of environment variables; blanks around a value are dropped, and a blank one counts as not set.
 * @throws InvalidSettingsError naming every bad setting, what is wrong with it and a valid example.
 */
export function readEnvironment(variables: NodeJS.ProcessEnv) {
  const given = Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value?.trim() ? [[name, value.trim()]] : [])),
  );
  const { secrets, errors: fileErrors } = readSecretFiles(given);
  return cleanEnv({ ...given, ...secrets }, environment, {
    reporter: ({ errors, env }) => {
      const all = { ...dependentErrors(env as Readable), ...errors, ...fileErrors };
      const problems = Object.entries(all).map(([name, error]) => ({
        name,
        problem: error?.message ?? 'is not valid',
        example: environment[name as keyof typeof environment]?.example ?? exampleFile(name),
      }));
      if (problems.length) throw new InvalidSettingsError(problems);
    },
  });
}

const exampleFile = (name: string) => `/run/secrets/${name.replace(/_FILE$/, '').toLowerCase()}`;

/** What could be read so far: a setting with a fault of its own is absent. */
type Readable = Partial<CleanedEnv<typeof environment>>;

const dependentErrors = (read: Readable) => ({
  ...hashCostErrors({
    memoryKib: read.PASSWORD_MEMORY_KIB,
    iterations: read.PASSWORD_ITERATIONS,
    parallelism: read.PASSWORD_PARALLELISM,
  }),
  ...databasePasswordErrors(read.DATABASE_URL, read.DATABASE_PASSWORD),
});
