import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { HasLength, IsAtMost, IsText } from '../ddd/field/index.js';
import { NormalizePassword } from './identity.rules.js';
import { IsNewPassword, maxPasswordLength, minPasswordLength } from './new-password.rules.js';

/** Any password that may have been chosen, whatever the rules are now. */
export function PasswordField(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: String,
      format: 'password',
      minLength: 1,
      maxLength: maxPasswordLength,
      example: '123456',
      description: passwordDescription,
    }),
    NormalizePassword(),
    IsText(),
    HasLength(1, maxPasswordLength),
  );
}

/** A password that is being chosen. */
export function NewPasswordField(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: String,
      format: 'password',
      minLength: minPasswordLength,
      maxLength: maxPasswordLength,
      example: '123456',
      description: passwordDescription,
    }),
    NormalizePassword(),
    IsText(),
    IsNewPassword(),
    IsAtMost(maxPasswordLength),
  );
}

const passwordDescription = 'Counted in characters (code points) after NFC; never trimmed.';
