import { EmailField, PasswordField } from './fields.js';

/** What a user proves an account with. */
export class UserCredentials {
  @EmailField()
  readonly email!: string;

  @PasswordField()
  readonly password!: string;
}
