import { availableParallelism } from 'node:os';
import { minuteMs } from '../duration.js';
import { hashCostLimit } from '../hash-cost.js';
import { parsePepperKeys } from '../pepper.js';
import { setting } from '../setting.js';
import { oneOf, integer } from '../validators.js';

export const accountSettings = {
  account: {
    privacy: setting('ACCOUNT_PRIVACY', oneOf('disclose', 'strict'), {
      default: 'disclose',
      example: 'strict',
      meaning: 'disclose answers an unknown e-mail with 404; strict answers it like a wrong password',
      isCommon: true,
      renamedValues: new Map([['page', 'disclose']]),
    }),
    activation: setting('ACTIVATION', oneOf('password', 'mail'), {
      default: 'password',
      example: 'mail',
      meaning:
        'What activates an account: password, its e-mail and password; mail, only a link or code that was sent to its mailbox',
      isCommon: true,
    }),
  },
  limits: {
    signUpsPerDay: setting('SIGN_UPS_PER_DAY', integer(1, 1_000_000), {
      default: 200,
      meaning: 'Maximum number of requests per day from one network to create accounts',
    }),
    mailsPerHour: setting('MAILS_PER_HOUR', integer(1, 1_000), {
      default: 3,
      meaning: 'Maximum number of mails of a kind per hour to one address; those beyond are not sent',
    }),
  },
  password: {
    policy: setting('PASSWORD_POLICY', oneOf('page', 'nist'), {
      default: 'page',
      example: 'nist',
      meaning:
        'Which new passwords are accepted: page, any of PASSWORD_MIN_LENGTH; nist, 15 characters, and none that is common, leaked, one repeated character, the e-mail address or SERVICE_NAME (SP 800-63B-4)',
      isCommon: true,
    }),
    minLength: setting('PASSWORD_MIN_LENGTH', integer(6, 128), {
      default: 6,
      example: '12',
      meaning: 'Minimum length of a new password, in characters',
    }),
    memoryKib: setting('PASSWORD_MEMORY_KIB', integer(8, hashCostLimit.memoryKib), {
      default: 19_456,
      meaning: 'Memory of one Argon2id hash, in KiB',
    }),
    iterations: setting('PASSWORD_ITERATIONS', integer(1, hashCostLimit.iterations), {
      default: 2,
      meaning: 'Iterations of one Argon2id hash',
    }),
    parallelism: setting('PASSWORD_PARALLELISM', integer(1, hashCostLimit.parallelism), {
      default: 1,
      meaning: 'Degree of parallelism (lanes) of one Argon2id hash',
    }),
    pepper: setting('PASSWORD_PEPPER', parsePepperKeys, {
      example: '2026a:a-long-random-secret',
      meaning: 'Secret keys mixed into password hashes, as ID:SECRET pairs; new hashes use the first',
      isSecret: true,
      isCommon: true,
    }),
    concurrency: setting('PASSWORD_CONCURRENCY', integer(1, 64), {
      default: Math.min(availableParallelism(), 3),
      example: '2',
      meaning:
        'Maximum number of hashes computed at once; by default one per core, and at most three of the four threads shared with the database',
      isMachineDependent: true,
    }),
    queueLimit: setting('PASSWORD_QUEUE_LIMIT', integer(1, 100_000), {
      default: 1_000,
      meaning: 'Maximum number of requests waiting for a hash',
    }),
    maxWaitMs: setting('PASSWORD_MAX_WAIT_MS', integer(1, minuteMs), {
      default: 400,
      meaning:
        'Maximum wait for a hash: once the queue has lasted for a second, requests that would wait longer are answered with 503',
    }),
  },
};
