import { IntersectionType, PickType } from '@nestjs/swagger';
import { User } from '../../../modules/user/index.js';
import { NewPasswordField } from './fields.js';

class NewPassword {
  @NewPasswordField() readonly password!: string;
}

/** The body of a request to create an account. */
export class UserDetails extends IntersectionType(
  PickType(User, ['name', 'surname', 'email']),
  NewPassword,
) {}
