import {
  useContainer,
  Validate,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { lengthOf } from '../../../http/validation/text.rules.js';

/** Minimum length of a new password, unless PASSWORD_MIN_LENGTH is higher. */
export const minPasswordLength = 6;
export const maxPasswordLength = 256;

@ValidatorConstraint({ name: 'string_too_short' })
class NewPasswordLength implements ValidatorConstraintInterface {
  constructor(private readonly min = minPasswordLength) {}

  validate(value: unknown): boolean {
    return typeof value === 'string' && lengthOf(value) >= this.min;
  }

  defaultMessage(): string {
    return `Must have at least ${this.min} characters`;
  }
}

export function IsLongEnoughForNewPassword(): PropertyDecorator {
  return Validate(NewPasswordLength);
}

/** Requires longer new passwords in the whole process: class-validator has one container of rules. */
export function requireNewPasswordLength(min: number): void {
  const configured = new NewPasswordLength(min);
  useContainer({ get: (type) => (type === NewPasswordLength ? configured : undefined) }, { fallback: true });
}
