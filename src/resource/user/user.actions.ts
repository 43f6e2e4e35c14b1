import { UserNotFoundError, WrongPasswordError } from '../../modules/user/index.js';
import { actionsOf } from '../../rest/action.js';
import { userErrorMapping } from './user.error-mapping.js';

/** An action on accounts. */
export const Action = actionsOf('User', userErrorMapping);

export const john = { email: 'john@example.com', password: '123456' };

/** A request as the specification has it. */
export const exampleOf = (value: object) => ({ John: { summary: 'John Doe', value } });

/** What every action that checks a password declares. */
export const checksPassword = {
  examples: exampleOf(john),
  raises: [UserNotFoundError, WrongPasswordError],
  refusals: { 429: 'Too many requests from this network, or too many wrong passwords for this account.' },
} as const;
