import { codedError } from '../../ddd/error/index.js';

export class UserNotFoundError extends codedError('user.not-found', 'User not found') {}
export class WrongPasswordError extends codedError('user.wrong-password', 'Invalid credentials') {}
/** The account exists and the password is right. */
export class UserNotActiveError extends codedError('user.not-active', 'User not active') {}

export type UserErrorCode = (UserNotFoundError | WrongPasswordError | UserNotActiveError)['code'];
