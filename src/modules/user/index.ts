export { HashingSaturatedError } from './password/password.errors.js';
export type { PasswordErrorCode } from './password/password.errors.js';
export { Passwords } from './password/passwords.service.js';
export { RegisterWorker } from './register.worker.js';
export { User } from './user.entity.js';
export { UserNotActiveError, UserNotFoundError, WrongPasswordError } from './user.errors.js';
export type { UserErrorCode } from './user.errors.js';
export { UserModule } from './user.module.js';
export { UserRepository } from './user.repository.js';
