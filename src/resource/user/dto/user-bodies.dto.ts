import { IntersectionType, PickType } from '@nestjs/swagger';
import { NewPasswordField, PasswordField } from '../../../identity/password.fields.js';
import { User } from '../../../modules/user/index.js';

class Password {
  @PasswordField() readonly password!: string;
}

class NewPassword {
  @NewPasswordField() readonly password!: string;
}

/** The credentials of an account. */
export class UserCredentials extends IntersectionType(PickType(User, ['email']), Password) {}

/** The body of a request to create an account. */
export class UserDetails extends IntersectionType(
  PickType(User, ['name', 'surname', 'email']),
  NewPassword,
) {}
