import { parseArguments } from './parse-arguments.js';
import type { CommandLine } from './database-command.js';
import { UsageError } from './usage.error.js';

export const usage = `Shows and changes the keys that sign access tokens. Safe while the service runs.

  npm run keys -- list                   every key: next is published, current signs, retired only verifies, revoked is refused
  npm run keys -- rotate                 makes the next key the current one, and publishes another; tokens stay valid.
                                         A key that cannot be decrypted is replaced
  npm run keys -- revoke KID             refuses every token of a key at once; where it was current, the next one signs

  --json                                 prints JSON
  --help                                 this text

The database and KEY_SECRET are the service's: in the environment or in .env. Private keys are never shown.
Exit code: 0 done, 1 no such key or nothing to do, 2 wrong arguments or settings, 3 the database cannot be used.`;

export type KeysCommand =
  { readonly name: 'list' } | { readonly name: 'rotate' } | { readonly name: 'revoke'; readonly id: string };

/** @throws UsageError */
export function readKeysCommand(args: readonly string[]): CommandLine<KeysCommand> {
  const { json, help, positionals } = parseArguments(args);
  const [name, id, ...rest] = positionals;
  if (help) return { command: { name: 'help' }, json };
  if (rest.length) throw new UsageError(`${rest.join(' ')} is an unexpected argument`);
  switch (name) {
    case 'list':
    case 'rotate':
      if (id !== undefined) throw new UsageError(`${name} takes no argument; remove ${id}`);
      return { command: { name }, json };
    case 'revoke':
      if (id === undefined) throw new UsageError('revoke needs the KID of a key: list shows them');
      return { command: { name, id }, json };
    case undefined:
      throw new UsageError('A command is missing');
    default:
      throw new UsageError(`There is no command ${name}`);
  }
}
