import { password, requests } from '../../bench/lab/requests.mjs';
import { guessesEach, locked } from './accounts.mjs';

/**
 * For each question, the classes of requests that an outsider must not tell apart: the nth request of each.
 * @param {{ url: string }} program
 * @param {{ count: number, caller: object }} options the headers by which the caller is signed in
 */
export function accountClasses({ url }, { count, caller }) {
  const each = Math.ceil(count / guessesEach);
  const guess =
    (prefix, accounts = each) =>
    (nth) => {
      const { path, body } = requests.guess(nth, { prefix, accounts });
      return { url: url + path, body };
    };
  const post =
    (path, bodyOf, headers = {}) =>
    (nth) => ({ url: url + path, body: bodyOf(nth), headers });
  const about = (path, prefix, fields = {}) =>
    post(path, (nth) => ({ email: `${prefix}${nth % each}@example.com`, ...fields }));
  const changeTo = (emailOf) => post('/user/me/email/', (nth) => ({ email: emailOf(nth), password }), caller);
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
    'a sign-up': signUps(url, each),
    // Three are recorded, and the fourth is beyond what an address may have in an hour.
    'a request to prove a mailbox': {
      unknown: about('/user/verification/', 'stranger'),
      active: about('/user/verification/', 'active'),
      inactive: about('/user/verification/', 'inactive'),
    },
    'a request for a new password': {
      unknown: about('/user/password/forgotten/', 'stranger'),
      active: about('/user/password/forgotten/', 'active'),
      inactive: about('/user/password/forgotten/', 'inactive'),
    },
    'a code that proves a mailbox': {
      unknown: about('/user/verification/confirm/', 'stranger', { code: 'wrong' }),
      'mailed code': about('/user/verification/confirm/', 'active', { code: 'wrong' }),
      'no code': about('/user/verification/confirm/', 'old', { code: 'wrong' }),
    },
    'a code for a new password': {
      unknown: about('/user/password/reset/', 'stranger', { code: 'wrong', password }),
      'mailed code': about('/user/password/reset/', 'active', { code: 'wrong', password }),
      'no code': about('/user/password/reset/', 'old', { code: 'wrong', password }),
    },
    'a change of the address': {
      free: changeTo((nth) => `free${nth >> 1}@example.com`),
      taken: changeTo((nth) => takenAddress(nth, each)),
    },
  };
}

/** With ACTIVATION=mail: whether a sign-up, or the sign-in that follows it, tells that the address was taken. */
export function unprovenClasses({ url }, { count }) {
  const each = Math.ceil(count / guessesEach);
  const signIn = (prefix, given) => (nth) => ({
    url: `${url}/user/signin/`,
    body: { email: `${prefix}${nth % each}@example.com`, password: given },
  });
  return {
    'a sign-up, ACTIVATION=mail': signUps(url, each, 'later'),
    'a sign-in after a sign-up, ACTIVATION=mail': {
      new: signIn('inactive', password),
      taken: signIn('active', 'not-the-password'),
    },
  };
}

function signUps(url, each, prefix = 'fresh') {
  const signUp = (emailOf) => (nth) => ({
    url: `${url}/user/`,
    body: { name: 'Ada', surname: 'Lovelace', email: emailOf(nth), password },
  });
  return {
    new: signUp((nth) => `${prefix}${nth}@example.com`),
    taken: signUp((nth) => takenAddress(nth, each)),
  };
}

/** Twice each: beyond three mails an hour nothing is recorded for an address, with or without an account. */
const takenAddress = (nth, each) => `${nth % 2 ? 'active' : 'inactive'}${(nth >> 1) % each}@example.com`;
