import { EmailField, PasswordField } from './fields.js';

/** The credentials of an account. */
export class UserCredentials {
  @EmailField()
  readonly email!: string;

  @PasswordField()
  readonly password!: string;
}
