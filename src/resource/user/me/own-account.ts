import { InvalidAccessTokenError } from '../../../modules/session/index.js';
import type { User, UserRepository } from '../../../modules/user/index.js';

/**
 * The account of a caller.
 * @throws InvalidAccessTokenError when it has been erased since the caller's access was checked
 */
export async function ownAccount(users: Pick<UserRepository, 'find'>, id: string): Promise<User> {
  const account = await users.find({ id });
  if (!account) throw new InvalidAccessTokenError('its account is erased');
  return account;
}
