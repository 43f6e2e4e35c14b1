import { IntersectionType, PickType } from '@nestjs/swagger';
import { User } from '../../../modules/user/index.js';
import { PasswordField } from './fields.js';

class Password {
  @PasswordField() readonly password!: string;
}

/** The credentials of an account. */
export class UserCredentials extends IntersectionType(PickType(User, ['email']), Password) {}
