import { lockAddresses } from '../../bench/lab/locked-addresses.mjs';
import { password, requests } from '../../bench/lab/requests.mjs';

/** Guesses at one account before a limit on them would answer. */
const guessesEach = 4;
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
  await lockAddresses(lab, earlier, folder, { prefixes: ['locked', 'nowhere'], count: locked });
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

/** For each question, the classes of requests that an outsider must not tell apart: the nth request of each. */
export function accountClasses({ url }, count) {
  const each = Math.ceil(count / guessesEach);
  const guess =
    (prefix, accounts = each) =>
    (nth) => {
      const { path, body } = requests.guess(nth, { prefix, accounts });
      return { url: url + path, body };
    };
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
      unknown: guess('nowhere', locked),
      throttled: guess('locked', locked),
    },
    'a sign-up': {
      new: signUp((nth) => `fresh${nth}@example.com`),
      // Twice each: beyond three mails an hour nothing is recorded for an address, with or without an account.
      taken: signUp((nth) => `${nth % 2 ? 'active' : 'inactive'}${(nth >> 1) % each}@example.com`),
    },
  };
}
