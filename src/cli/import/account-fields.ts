import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import type { Settings } from '../../config/settings.js';
import { readImportableHash, UnreadableHashError, User } from '../../modules/user/index.js';
import type { ImportedAccount } from '../../modules/user/index.js';
import type { AccountRow } from './account-row.js';

export const requiredFields = ['email', 'name', 'surname', 'hash'];
export const fieldNames: ReadonlySet<string> = new Set([
  'email',
  'name',
  'surname',
  'active',
  'verified',
  'hash',
]);

/** An account that can be imported, or why it cannot: never with what stands in the file. */
export type ReadAccount =
  { readonly account: ImportedAccount; readonly hasWeakHash: boolean } | { readonly problem: string };

const truths: ReadonlyMap<unknown, boolean> = new Map<unknown, boolean>([
  [true, true],
  ['true', true],
  ['1', true],
  [false, false],
  ['false', false],
  ['0', false],
  ['', false],
  [undefined, false],
  [null, false],
]);

/** Checks the fields of a row by the rules of a new account, and its hash by what this service can check. */
export function readAccount(row: AccountRow, settings: Settings['password']): ReadAccount {
  if ('problem' in row) return row;
  const { email, name, surname, active, verified, hash } = row.fields;
  const unknown = Object.keys(row.fields).find((field) => !fieldNames.has(field));
  if (unknown !== undefined)
    return { problem: `it has a field that is none of ${[...fieldNames].join(', ')}` };
  const user = plainToInstance(User, { email, name, surname });
  const [broken] = validateSync(user, { stopAtFirstError: true });
  if (broken) return { problem: `${broken.property}: ${Object.values(broken.constraints ?? {})[0]}` };
  if (`${user.name}${user.surname}${user.email}`.includes('\ufffd')) return { problem: 'it is not in UTF-8' };
  for (const [field, value] of Object.entries({ active, verified }))
    if (!truths.has(value)) return { problem: `${field}: Must be true or false` };
  try {
    const { stored, isWeak } = readImportableHash(hash, settings);
    const [isActive, isVerified] = [truths.get(active) ?? false, truths.get(verified) ?? false];
    return {
      account: {
        email: user.email,
        name: user.name,
        surname: user.surname,
        password: stored,
        active: isActive,
        verified: isVerified,
      },
      hasWeakHash: isWeak,
    };
  } catch (error) {
    if (error instanceof UnreadableHashError) return { problem: `hash: ${error.reason}` };
    throw error;
  }
}
