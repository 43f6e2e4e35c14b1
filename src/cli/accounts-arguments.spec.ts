// Real: the reading of the command lines. Nothing is fake.
import { describe, expect, it } from '@jest/globals';
import { readAccountsCommand } from './accounts-arguments.js';
import { readKeysCommand } from './keys-arguments.js';
import { UsageError } from './usage.error.js';

const words = (line: string) => line.split(' ').filter(Boolean);
const email = 'ada@example.com';

describe('readAccountsCommand', () => {
  it.each([
    ['grant Ada@Example.com a:b c:d', { name: 'grant', email, permissions: ['a:b', 'c:d'] }],
    ['revoke ada@example.com a:b', { name: 'revoke', email, permissions: ['a:b'] }],
    ['sessions ada@example.com', { name: 'sessions', email }],
    ['end-sessions ada@example.com', { name: 'end-sessions', email }],
    ['unlock ada@example.com', { name: 'unlock', email }],
    ['show ada@example.com', { name: 'show', email }],
    ['messages ada@example.com', { name: 'messages', email }],
    ['export ada@example.com', { name: 'export', email }],
    ['activate ada@example.com', { name: 'activate', email }],
    ['deactivate ada@example.com', { name: 'deactivate', email }],
    ['list', { name: 'list', isInactive: false, limit: 1_000 }],
    ['list --email ada --inactive --limit 5', { name: 'list', email: 'ada', isInactive: true, limit: 5 }],
    ['history Ada@Example.com', { name: 'history', of: { email } }],
    ['erase ada@example.com --yes', { name: 'erase', email }],
    ['import users.csv', { name: 'import', file: 'users.csv', isDryRun: false, welcomes: false }],
    [
      'import a.ndjson --dry-run --welcome',
      { name: 'import', file: 'a.ndjson', isDryRun: true, welcomes: true },
    ],
    ['history d73d4a62', { name: 'history', of: { id: 'd73d4a62' } }],
    ['--help', { name: 'help' }],
    ['grant -h', { name: 'help' }],
  ])('understands %s', (line, command) => {
    expect(readAccountsCommand(words(line))).toEqual({ command, json: false });
    expect(readAccountsCommand(words(`${line} --json`))).toEqual({ command, json: true });
  });

  it.each([
    ['', /A command is missing/],
    ['rename ada@example.com', /There is no command rename/],
    ['grant', /grant needs the EMAIL/],
    ['grant ada@example.com', /grant needs a PERMISSION/],
    ['grant ada a:b', /ada is not an e-mail address/],
    ['sessions ada@example.com b c', /remove b c: sessions takes only the EMAIL/],
    ['erase ada@example.com', /erase cannot be undone: add --yes/],
    ['show ada@example.com --yes', /--yes belongs to erase/],
    ['import', /import needs the name of a FILE/],
    ['import a.csv b.csv', /remove b.csv: import takes only the FILE/],
    ['list --dry-run', /--dry-run and --welcome belong to import/],
    ['history ada@example.com b', /remove b: history takes only the EMAIL/],
    ['history', /history needs the EMAIL/],
    ['list ada@example.com', /list takes no argument; remove ada@example.com/],
    ['list --limit 0', /--limit must be a whole number from 1 to 100000/],
    ['show ada@example.com --inactive', /--email, --inactive and --limit belong to list/],
    ['sessions ada@example.com --colour', /Unknown option '--colour'/],
  ])('refuses "%s"', (line, message) => {
    expect(() => readAccountsCommand(words(line))).toThrow(UsageError);
    expect(() => readAccountsCommand(words(line))).toThrow(message);
  });
});

describe('readKeysCommand', () => {
  it.each([
    ['list', { name: 'list' }],
    ['rotate', { name: 'rotate' }],
    ['revoke abc', { name: 'revoke', id: 'abc' }],
    ['--help', { name: 'help' }],
  ])('understands %s', (line, command) => {
    expect(readKeysCommand(words(line))).toEqual({ command, json: false });
    expect(readKeysCommand(words(`${line} --json`))).toEqual({ command, json: true });
  });

  it.each([
    ['', /A command is missing/],
    ['create', /There is no command create/],
    ['revoke', /revoke needs the KID/],
    ['rotate now', /rotate takes no argument; remove now/],
    ['revoke a b', /b is an unexpected argument/],
  ])('refuses "%s"', (line, message) => {
    expect(() => readKeysCommand(words(line))).toThrow(UsageError);
    expect(() => readKeysCommand(words(line))).toThrow(message);
  });
});
