import { join } from 'node:path';
import { withDatabase } from '../../bench/lab/outbox-table.mjs';

/** Guesses at one account before a limit on them would answer. */
const guessesEach = 4;
const password = 'a-long-password';
/** Accounts of which no more guesses are taken, and as many e-mail addresses without one. */
const locked = 50;
/** What a hash cost before the settings were raised. */
const oldCost = { PASSWORD_MEMORY_KIB: '7168', PASSWORD_ITERATIONS: '1' };

/** Starts a program with accounts of every kind; the old ones were made by an earlier start with cheaper hashes. */
export async function prepare(lab, privacy, count) {
  const folder = lab.newFolder();
  const each = Math.ceil(count / guessesEach);
  const start = (variables) =>
    lab.serve('ours', {
      folder,
      variables: {
        ACCOUNT_PRIVACY: privacy,
        // On purpose: it must be off, whatever this says.
        SERVER_TIMING: 'on',
        PASSWORD_MAX_WAIT_MS: '60000',
        RATE_LIMIT_PER_MINUTE: '0',
        ...variables,
      },
    });
  const earlier = await start(oldCost);
  await lab.makeAccounts(earlier, { prefix: 'old', count: each });
  await lab.makeAccounts(earlier, { prefix: 'locked', count: locked });
  await lockGuesses(lab, earlier, folder);
  const program = await start({});
  await lab.makeAccounts(program, { prefix: 'active', count: each });
  await lab.makeAccounts(Object.assign(program, { mustActivate: false }), {
    prefix: 'inactive',
    count: each,
  });
  program.mustActivate = true;
  await lab.makeAccounts(program, { prefix: 'member', count: 10 });
  return program;
}

/** Has wrong passwords counted for some e-mail addresses, and makes them as many as lock the address. Stops the program. */
async function lockGuesses(lab, program, folder) {
  for (const prefix of ['locked', 'nowhere'])
    for (let nth = 0; nth < locked; nth++) {
      const { url, body } = guessOf(program, prefix, locked)(nth);
      await fetch(url, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    }
  await lab.stop(program);
  await withDatabase(join(folder, 'data/accounts.db'), (database) =>
    database.execute(`UPDATE limit_count SET count = 100, expires_at = NULL WHERE name = 'guesses'`),
  );
}

const guessOf =
  ({ url }, prefix, accounts) =>
  (nth) => ({
    url: `${url}/user/signin/`,
    body: { email: `${prefix}${nth % accounts}@example.com`, password: 'not-the-password' },
  });

/** For each question, the classes of requests that an outsider must not tell apart: the nth request of each. */
export function accountClasses(program, count) {
  const { url } = program;
  const each = Math.ceil(count / guessesEach);
  const guess = (prefix) => guessOf(program, prefix, each);
  const signUp = (emailOf) => (nth) => ({
    url: `${url}/user/`,
    body: { name: 'Ada', surname: 'Lovelace', email: emailOf(nth), password },
  });
  return {
    'a guess': {
      unknown: guess('stranger'),
      'wrong password': guess('active'),
      inactive: guess('inactive'),
      'old hash': guess('old'),
    },
    'a guess that is refused': {
      unknown: guessOf(program, 'nowhere', locked),
      throttled: guessOf(program, 'locked', locked),
    },
    'a sign-up': {
      new: signUp((nth) => `fresh${nth}@example.com`),
      taken: signUp((nth) => `active${nth % each}@example.com`),
    },
  };
}
