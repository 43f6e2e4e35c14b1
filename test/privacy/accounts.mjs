import { join } from 'node:path';
import { lockAddresses } from '../../bench/lab/locked-addresses.mjs';
import { withDatabase } from '../../bench/lab/outbox-table.mjs';
import { password } from '../../bench/lab/requests.mjs';

/** Guesses at one account before a limit on them would answer. */
export const guessesEach = 4;
/** Accounts of which no more guesses are taken, and as many e-mail addresses without one. */
export const locked = 50;
/** What a hash cost before the settings were raised. */
const oldCost = { PASSWORD_MEMORY_KIB: '7168', PASSWORD_ITERATIONS: '1' };

/** Accounts of every kind, and the programs that serve them one after another. */
export class Accounts {
  #lab;
  #privacy;
  #folder;

  constructor(lab, privacy) {
    this.#lab = lab;
    this.#privacy = privacy;
    this.#folder = lab.newFolder();
  }

  /** Makes the accounts, the old ones with cheaper hashes. @returns the program that serves them */
  async make(count) {
    const lab = this.#lab;
    const each = Math.ceil(count / guessesEach);
    const earlier = await this.serve(oldCost);
    await lab.makeAccounts(earlier, { prefix: 'old', count: each });
    await lab.makeAccounts(earlier, { prefix: 'locked', count: locked });
    await lockAddresses(lab, earlier, this.#folder, { prefixes: ['locked', 'nowhere'], count: locked });
    const program = await this.serve();
    await lab.makeAccounts(program, { prefix: 'active', count: each });
    await lab.makeAccounts(Object.assign(program, { mustActivate: false }), {
      prefix: 'inactive',
      count: each,
    });
    program.mustActivate = true;
    await lab.makeAccounts(program, { prefix: 'member', count: 10 });
    await lab.makeAccounts(program, { prefix: 'caller', count: 1 });
    return program;
  }

  /** Starts a program. */
  serve(variables = {}) {
    return this.#lab.serve('ours', {
      folder: this.#folder,
      variables: {
        ACCOUNT_PRIVACY: this.#privacy,
        // On purpose: it must be off, whatever this says.
        SERVER_TIMING: 'on',
        PASSWORD_MAX_WAIT_MS: '60000',
        RATE_LIMIT_PER_MINUTE: '0',
        // As long as a question may take.
        ACCESS_TOKEN_LIFETIME_MS: '3600000',
        ...variables,
      },
    });
  }

  /** Ends the program, forgets what was counted, and starts another one. */
  async restart(program, variables) {
    await this.#lab.stop(program);
    await withDatabase(join(this.#folder, 'data/accounts.db'), (database) =>
      database.execute('DELETE FROM limit_count'),
    );
    return this.serve(variables);
  }
}

/** @returns the headers of a caller who is signed in */
export async function signedIn({ url }) {
  const response = await fetch(`${url}/session/`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ email: 'caller0@example.com', password }),
  });
  if (!response.ok) throw new Error(`The caller cannot sign in: ${await response.text()}`);
  const { access_token: token } = await response.json();
  return { Authorization: `Bearer ${token}` };
}
