import { EmailField, NameField, NewPasswordField } from './fields.js';

/** What a new account is created from. */
export class UserDetails {
  @NameField('John')
  readonly name!: string;

  @NameField('Doe')
  readonly surname!: string;

  @EmailField()
  readonly email!: string;

  @NewPasswordField()
  readonly password!: string;
}
