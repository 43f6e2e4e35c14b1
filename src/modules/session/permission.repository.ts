import { SqlTableRepository } from '../../ddd/repository/index.js';
import { Permission } from './permission.entity.js';
import { UngrantablePermissionError } from './session.errors.js';

const maxCount = 100;
/** Maximum length of all permissions of an account as JSON, so that an access token stays below 4 KiB. */
const maxTextLength = 2_300;

/** What accounts may do. */
export class PermissionRepository extends SqlTableRepository<Permission> {
  protected readonly entity = Permission;

  async names(accountId: string): Promise<string[]> {
    const granted = await this.list({ accountId }, { order: { name: 'asc' }, limit: maxCount });
    return granted.map(({ name }) => name);
  }

  /**
   * @returns false when the account has it already
   * @throws UngrantablePermissionError for a malformed permission, or when the account has the maximum already
   */
  async grant(accountId: string, name: string, now: number): Promise<boolean> {
    // The characters of a scope (RFC 6749), which every verifier can split and compare.
    if (!/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/.test(name))
      throw new UngrantablePermissionError(
        'it must be 1 to 100 printable ASCII characters without blanks, quotes and backslashes, as in product:write',
      );
    if (!(await this.createUnlessExists({ accountId, name, grantedAt: now }))) return false;
    const count = await this.count({ accountId });
    if (count > maxCount)
      throw new UngrantablePermissionError(`an account has at most ${maxCount}: revoke another one first`);
    if (JSON.stringify(await this.names(accountId)).length > maxTextLength)
      throw new UngrantablePermissionError(
        `the permissions of an account have at most ${maxTextLength} characters in total, because they are in every ` +
          'access token: use shorter names, or revoke another one first',
      );
    return true;
  }

  /** @returns false when the account does not have it */
  async revoke(accountId: string, name: string): Promise<boolean> {
    return (await this.drop({ accountId, name })) > 0;
  }
}
