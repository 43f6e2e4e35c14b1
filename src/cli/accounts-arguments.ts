import { parseArgs } from 'node:util';
import { canonicalEmail } from '../identity/email-address.js';
import type { CommandLine } from './database-command.js';
import type { ImportOptions } from './import/account-importer.js';
import { UsageError } from './usage.error.js';

export const usage = `Shows and changes accounts. Safe while the service runs.

  npm run accounts -- list                       accounts, by e-mail
      --email TEXT                               only those whose e-mail contains the text
      --inactive                                 only inactive ones
      --limit N                                  at most N accounts, from 1 to 100000; 1000 by default
  npm run accounts -- show EMAIL                 the account, its permissions and live sessions
  npm run accounts -- history EMAIL|ID           what happened to it, oldest first, and who did it; by its id also after
                                                 the account is gone
  npm run accounts -- messages EMAIL             its mails: their ids (the Idempotency-Keys), topics and states
  npm run accounts -- export EMAIL               everything that is stored about it, except its password hash
  npm run accounts -- activate EMAIL             activates it
  npm run accounts -- deactivate EMAIL           deactivates it and ends its sessions; takes effect immediately
  npm run accounts -- grant EMAIL PERMISSION…    grants permissions, such as note:write, session:introspect
  npm run accounts -- revoke EMAIL PERMISSION…   revokes them; takes effect immediately
  npm run accounts -- sessions EMAIL             lists its live sessions, newest first, and its permissions
  npm run accounts -- end-sessions EMAIL         ends all of them immediately
  npm run accounts -- unlock EMAIL               resets its count of wrong passwords
  npm run accounts -- erase EMAIL --yes          erases it and everything that is stored about it, except its history
  npm run accounts -- import FILE                creates the accounts of a file, .ndjson or .csv, with the fields email, name,
                                                 surname, active, verified and hash; leaves accounts that exist as they
                                                 are, so repeat it after an interruption
      --dry-run                                  only reports what it would do
      --welcome                                  sends each new account the welcome

  --json                                         prints JSON
  --help                                         this text

The database is the service's: DATABASE_URL in the environment or in .env.
Exit code: 0 done, 1 no such account, nothing to do or lines refused, 2 wrong arguments or settings, 3 the database cannot be used.`;

interface OfAccount {
  /** In its canonical form. */
  readonly email: string;
}

const ofAccount = [
  'show',
  'messages',
  'export',
  'activate',
  'deactivate',
  'sessions',
  'end-sessions',
  'unlock',
] as const;
type OfAccountName = (typeof ofAccount)[number];

export interface AccountSelection {
  /** A part of the e-mail. */
  readonly email?: string;
  readonly isInactive: boolean;
  readonly limit: number;
}

/** A command on one account, which must exist. */
export type AccountCommand =
  | ({ readonly name: 'grant' | 'revoke'; readonly permissions: readonly string[] } & OfAccount)
  | ({ readonly name: OfAccountName } & OfAccount);

export type AccountsCommand =
  | ({ readonly name: 'list' } & AccountSelection)
  | { readonly name: 'history'; readonly of: { readonly email: string } | { readonly id: string } }
  | ({ readonly name: 'erase' } & OfAccount)
  | ({ readonly name: 'import'; readonly file: string } & ImportOptions)
  | AccountCommand;

/** @throws UsageError */
export function readAccountsCommand(args: readonly string[]): CommandLine<AccountsCommand> {
  const { values, positionals } = parse(args);
  const { json, help, email: part, inactive, limit, yes, 'dry-run': isDryRun, welcome: welcomes } = values;
  const [name, address, ...more] = positionals;
  if (help) return { command: { name: 'help' }, json };
  if (name !== 'list' && (part !== undefined || inactive || limit !== undefined))
    throw new UsageError('--email, --inactive and --limit belong to list');
  if (name !== 'erase' && yes) throw new UsageError('--yes belongs to erase');
  if (name !== 'import' && (isDryRun || welcomes))
    throw new UsageError('--dry-run and --welcome belong to import');
  switch (name) {
    case 'import':
      if (address === undefined) throw new UsageError('import needs the name of a FILE');
      if (more.length) throw new UsageError(`remove ${more.join(' ')}: import takes only the FILE`);
      return { command: { name, file: address, isDryRun, welcomes }, json };
    case 'list': {
      if (address !== undefined) throw new UsageError(`list takes no argument; remove ${address}`);
      const selection = {
        isInactive: inactive,
        limit: limitIn(limit),
        ...(part !== undefined && { email: part }),
      };
      return { command: { name, ...selection }, json };
    }
    case 'history':
      assertNoMore(name, more);
      if (address !== undefined && !address.includes('@'))
        return { command: { name, of: { id: address } }, json };
      return { command: { name, of: { email: emailIn(name, address) } }, json };
    case 'grant':
    case 'revoke': {
      const email = emailIn(name, address);
      if (!more.length) throw new UsageError(`${name} needs a PERMISSION, such as note:write`);
      return { command: { name, email, permissions: more }, json };
    }
    case 'erase': {
      const email = emailIn(name, address);
      assertNoMore(name, more);
      if (!yes) throw new UsageError('erase cannot be undone: add --yes');
      return { command: { name, email }, json };
    }
    case undefined:
      throw new UsageError('A command is missing');
    default: {
      const known = ofAccount.find((one) => one === name);
      if (!known) throw new UsageError(`There is no command ${name}`);
      const email = emailIn(known, address);
      assertNoMore(known, more);
      return { command: { name: known, email }, json };
    }
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
        email: { type: 'string' },
        inactive: { type: 'boolean', default: false },
        limit: { type: 'string' },
        yes: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        welcome: { type: 'boolean', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function emailIn(name: string, address: string | undefined): string {
  if (address === undefined) throw new UsageError(`${name} needs the EMAIL of an account`);
  const email = canonicalEmail(address);
  if (email === undefined) throw new UsageError(`${address} is not an e-mail address of an account`);
  return email;
}

function limitIn(text = '1000'): number {
  const limit = Number(text);
  if (!/^\d+$/.test(text) || limit < 1 || limit > 100_000)
    throw new UsageError('--limit must be a whole number from 1 to 100000');
  return limit;
}

function assertNoMore(name: string, more: readonly string[]): void {
  if (more.length) throw new UsageError(`remove ${more.join(' ')}: ${name} takes only the EMAIL`);
}
