import { canonicalEmail } from '../identity/email-address.js';
import type { CommandLine } from './database-command.js';
import { parseArguments } from './parse-arguments.js';
import { UsageError } from './usage.error.js';

export const usage = `Shows and changes the permissions and sessions of accounts, and unlocks them. Safe while the service runs.

  npm run accounts -- grant EMAIL PERMISSION…    grants permissions, such as note:write, session:introspect
  npm run accounts -- revoke EMAIL PERMISSION…   revokes them; takes effect immediately
  npm run accounts -- sessions EMAIL             lists its live sessions, newest first, and its permissions
  npm run accounts -- end-sessions EMAIL         ends all of them immediately
  npm run accounts -- unlock EMAIL               resets its count of wrong passwords

  --json                                         prints JSON
  --help                                         this text

The database is the service's: DATABASE_URL in the environment or in .env.
Exit code: 0 done, 1 no such account or nothing to do, 2 wrong arguments or settings, 3 the database cannot be used.`;

interface OfAccount {
  /** In its canonical form. */
  readonly email: string;
}

export type AccountsCommand =
  | ({ readonly name: 'grant' | 'revoke'; readonly permissions: readonly string[] } & OfAccount)
  | ({ readonly name: 'sessions' | 'end-sessions' | 'unlock' } & OfAccount);

/** @throws UsageError */
export function readAccountsCommand(args: readonly string[]): CommandLine<AccountsCommand> {
  const { json, help, positionals } = parseArguments(args);
  const [name, address, ...permissions] = positionals;
  if (help) return { command: { name: 'help' }, json };
  switch (name) {
    case 'grant':
    case 'revoke': {
      const email = emailIn(name, address);
      if (!permissions.length) throw new UsageError(`${name} needs a PERMISSION, such as note:write`);
      return { command: { name, email, permissions }, json };
    }
    case 'sessions':
    case 'end-sessions':
    case 'unlock': {
      const email = emailIn(name, address);
      if (permissions.length)
        throw new UsageError(`remove ${permissions.join(' ')}: ${name} takes only the EMAIL`);
      return { command: { name, email }, json };
    }
    case undefined:
      throw new UsageError('A command is missing');
    default:
      throw new UsageError(`There is no command ${name}`);
  }
}

function emailIn(name: string, address: string | undefined): string {
  if (address === undefined) throw new UsageError(`${name} needs the EMAIL of an account`);
  const email = canonicalEmail(address);
  if (email === undefined) throw new UsageError(`${address} is not an e-mail address of an account`);
  return email;
}
