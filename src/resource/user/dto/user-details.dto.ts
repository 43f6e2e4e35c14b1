import { EmailField, NameField, NewPasswordField } from './fields.js';

/** The body of a request to create an account. */
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
