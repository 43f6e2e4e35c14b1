import { applyDecorators } from '@nestjs/common';
import {
  useContainer,
  Validate,
  type ValidationArguments,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { lengthOf } from '../ddd/field/index.js';

/** Minimum length of a new password, unless the policy asks for more. */
export const minPasswordLength = 6;
export const maxPasswordLength = 256;

/** Which new passwords a program accepts. */
interface NewPasswordPolicy {
  /** In characters. */
  readonly minLength: number;
  /** Why a password is easily guessed; undefined for one that may be used. */
  objectionTo(password: string, email: string): string | undefined;
}

const lenient: NewPasswordPolicy = { minLength: minPasswordLength, objectionTo: () => undefined };

@ValidatorConstraint({ name: 'string_too_short' })
class NewPasswordLength implements ValidatorConstraintInterface {
  constructor(private readonly policy = lenient) {}

  validate(value: unknown): boolean {
    return typeof value === 'string' && lengthOf(value) >= this.policy.minLength;
  }

  defaultMessage(): string {
    return `Must have at least ${this.policy.minLength} characters`;
  }
}

@ValidatorConstraint({ name: 'password_guessable' })
class NewPasswordNotGuessable implements ValidatorConstraintInterface {
  constructor(private readonly policy = lenient) {}

  validate(value: unknown, context: ValidationArguments): boolean {
    return this.#objectionTo(value, context) === undefined;
  }

  defaultMessage(context: ValidationArguments): string {
    return this.#objectionTo(context.value, context) ?? '';
  }

  #objectionTo(value: unknown, { object }: ValidationArguments): string | undefined {
    const email = 'email' in object && typeof object.email === 'string' ? object.email : '';
    return typeof value === 'string' ? this.policy.objectionTo(value, email) : undefined;
  }
}

/** The length and the policy of the process. A password that breaks both is reported as too short. */
export function IsNewPassword(): PropertyDecorator {
  // The first of the rules that are broken is reported, and decorators apply from the bottom up.
  return applyDecorators(Validate(NewPasswordLength), Validate(NewPasswordNotGuessable));
}

/** Sets the policy of the whole process: class-validator has one container of rules. */
export function requireNewPasswords(policy: NewPasswordPolicy): void {
  const rules = new Map<unknown, unknown>([
    [NewPasswordLength, new NewPasswordLength(policy)],
    [NewPasswordNotGuessable, new NewPasswordNotGuessable(policy)],
  ]);
  useContainer({ get: (type) => rules.get(type) }, { fallback: true });
}
