import { withPassword } from './database-address.js';
import { readEnvironment, type Variables } from './environment.js';
import { keySecretSource } from './key-secret.js';
import type { PepperKeys } from './pepper.js';

/**
 * Every setting, validated and grouped by what it governs. Durations are in milliseconds.
 * @throws InvalidSettingsError when a variable is not valid
 */
export function readSettings(variables: Variables) {
  const read = readEnvironment(variables);
  const { service, account, http, timing, database, password, session, notification, outbox } = read;
  const { password: databasePassword, ...connection } = database;
  const publicUrl = service.publicUrl ?? `http://localhost:${http.port}`;
  const isProduction = variables['NODE_ENV'] === 'production';
  return {
    ...read,
    isProduction,
    service: {
      ...service,
      publicUrl,
      welcomeLink: service.welcomeLink ?? `${publicUrl}/docs/`,
    },
    // The time of a step tells who has an account.
    timing: {
      shown:
        account.privacy === 'disclose' && (timing.shown === 'auto' ? !isProduction : timing.shown === 'on'),
    },
    database: {
      ...connection,
      address: withPassword(database.address, databasePassword),
      schemaMode: database.schemaMode ?? (database.address.kind === 'sqlite' ? 'create' : 'migrate'),
    },
    password: { ...password, pepper: password.pepper ?? noPepper },
    outbox: {
      ...outbox,
      shutdownGraceMs: http.shutdownGraceMs,
      sendTimeoutMs: notification.timeoutMs,
      leaseMs: leaseInTimeouts * notification.timeoutMs,
    },
    session: { ...session, keySecret: keySecretSource(session.keySecret, database.address, isProduction) },
  };
}

/** A delivery that is cut off by its timeout is recorded well before its message is leased again. */
const leaseInTimeouts = 3;
const noPepper: PepperKeys = new Map();

type Read = Readonly<ReturnType<typeof readSettings>>;
const SettingsValues = class {} as unknown as abstract new () => Read;

/** The settings of a program, injected by class. They are read once, and passed on as a value. */
export abstract class Settings extends SettingsValues {}
