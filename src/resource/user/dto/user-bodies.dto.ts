import { IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { NewPasswordField, PasswordField } from '../../../identity/password.fields.js';
import { User } from '../../../modules/user/index.js';

/** The password of the caller. */
export class PasswordProof {
  @PasswordField() readonly password!: string;
}

class NewPassword {
  @NewPasswordField() readonly password!: string;
}

/** The credentials of an account. */
export class UserCredentials extends IntersectionType(PickType(User, ['email']), PasswordProof) {}

/** The body of a request to create an account. */
export class UserDetails extends IntersectionType(
  PickType(User, ['name', 'surname', 'email']),
  NewPassword,
) {}

/** What a person changes of their name. */
export class ProfileChanges extends PartialType(PickType(User, ['name', 'surname']), {
  skipNullProperties: false,
}) {}

class ReplacingPassword {
  @NewPasswordField() readonly new_password!: string;
}

/** The present password, and the one that replaces it. */
export class PasswordChange extends IntersectionType(PasswordProof, ReplacingPassword) {}

/** The new address, and the present password. */
export class EmailChange extends IntersectionType(PickType(User, ['email']), PasswordProof) {}
