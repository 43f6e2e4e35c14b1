import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { isEmail } from 'class-validator';
import { textRule } from '../../../http/validation/rule.js';
import { HasLength, HasNoControlCharacters, IsAtMost, IsText } from '../../../http/validation/text.rules.js';
import { IsLongEnoughForNewPassword, longestPassword, shortestPassword } from './new-password-length.js';

/** Case does not count, so it is stored and looked up trimmed and in lower case. */
export function EmailField(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, format: 'email', maxLength: 254, example: 'john@example.com' }),
    Transform(({ value }: { value: unknown }) =>
      typeof value === 'string' ? value.trim().toLowerCase() : value,
    ),
    IsText(),
    IsAtMost(254),
    HasNoControlCharacters(),
    textRule('email_format', 'Must be an e-mail address', (text) => isEmail(text)),
  );
}

/** Any password that may have been chosen, whatever the rules are now. Never trimmed. */
export function PasswordField(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: String,
      format: 'password',
      minLength: 1,
      maxLength: longestPassword,
      example: '123456',
    }),
    IsText(),
    HasLength(1, longestPassword),
  );
}

/** A password that is being chosen. Never trimmed. */
export function NewPasswordField(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: String,
      format: 'password',
      minLength: shortestPassword,
      maxLength: longestPassword,
      example: '123456',
    }),
    IsText(),
    IsLongEnoughForNewPassword(),
    IsAtMost(longestPassword),
  );
}

/** A name or surname, trimmed. */
export function NameField(example: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({ type: String, minLength: 1, maxLength: 200, example }),
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value)),
    IsText(),
    HasLength(1, 200),
    HasNoControlCharacters(),
  );
}
