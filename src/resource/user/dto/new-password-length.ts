import {
  useContainer,
  Validate,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { lengthOf } from '../../../http/validation/text.rules.js';

/** Fewest characters of a new password, unless PASSWORD_MIN_LENGTH asks for more. */
export const shortestPassword = 6;
export const longestPassword = 256;

@ValidatorConstraint({ name: 'string_too_short' })
class NewPasswordLength implements ValidatorConstraintInterface {
  constructor(private readonly least = shortestPassword) {}

  validate(value: unknown): boolean {
    return typeof value === 'string' && lengthOf(value) >= this.least;
  }

  defaultMessage(): string {
    return `Must have at least ${this.least} characters`;
  }
}

export function IsLongEnoughForNewPassword(): PropertyDecorator {
  return Validate(NewPasswordLength);
}

/** Asks for longer new passwords in the whole process: class-validator has one container of rules. */
export function requireNewPasswordLength(least: number): void {
  const configured = new NewPasswordLength(least);
  useContainer({ get: (type) => (type === NewPasswordLength ? configured : undefined) }, { fallback: true });
}
