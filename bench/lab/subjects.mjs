import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { built } from './built.mjs';
import { ensurePeer } from './peer.mjs';

const bench = join(import.meta.dirname, '..');

const manifest = JSON.parse(readFileSync(join(bench, '../package.json'), 'utf8'));

const flagsInProduction = manifest.scripts['start:prod'].split(' ').filter((word) => word.startsWith('--'));

/** The programs that can be compared: how each is started, and how its accounts are used. */
export const subjects = {
  async ours({ notifyAt, variables = {}, flags = flagsInProduction }) {
    return {
      file: built('src/main.js'),
      nodeOptions: flags,
      variables: {
        NODE_ENV: 'production',
        NOTIFICATION_SERVICE_URL: notifyAt,
        LOG_FORMAT: 'json',
        // The generator has one address. Limits on accounts stay.
        RATE_LIMIT_PER_MINUTE: '0',
        ...variables,
      },
      about: {},
      mustActivate: true,
    };
  },

  async baseline() {
    const { readProcessSettings } = await import(built('src/config/process-settings.js'));
    const { pepper: _, ...password } = readProcessSettings(console.error).password;
    return {
      file: join(bench, 'baseline/accounts.mjs'),
      variables: {
        NODE_ENV: 'production',
        HASH_LIMITER: built('src/modules/user/password/hash-limiter.js'),
        PASSWORD_SETTINGS: JSON.stringify(password),
      },
      about: {},
    };
  },

  async express({ body }) {
    return {
      file: join(bench, 'baseline/express.mjs'),
      variables: { NODE_ENV: 'production', BODY: body },
      about: {},
    };
  },

  async nest({ body }) {
    return {
      file: join(bench, 'baseline/nest.mjs'),
      variables: { NODE_ENV: 'production', BODY: body },
      about: {},
    };
  },

  async 'nest-typeorm'({ database }) {
    return {
      file: join(bench, 'baseline/nest-typeorm.mjs'),
      variables: { NODE_ENV: 'production', DATABASE_URL: database },
      about: {},
    };
  },

  async 'better-auth'() {
    return {
      file: join(await ensurePeer('better-auth'), 'server.mjs'),
      variables: { NODE_ENV: 'production' },
      about: { signIn: { path: '/api/auth/sign-in/email' }, signUp: { path: '/api/auth/sign-up/email' } },
    };
  },
};
