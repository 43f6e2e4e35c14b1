import { applyDecorators } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { IsEmailAddress, IsPersonName, NormalizePassword } from '../../../http/validation/identity.rules.js';
import { HasLength, IsAtMost, IsText } from '../../../http/validation/text.rules.js';
import { maxEmailLength } from '../../../identity/email-address.js';
import { maxNameLength } from '../../../identity/person-name.js';
import { IsNewPassword, maxPasswordLength, minPasswordLength } from './new-password.rules.js';

export function EmailField(): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: String,
      format: 'email',
      maxLength: maxEmailLength,
      example: 'john@example.com',
      description:
        'Known by one form: NFC, trimmed, the part before the @ in Unicode simple case folding, the domain in ASCII ' +
        '(A-labels). Quoted local parts, domain literals, white space inside and invisible characters are refused.',
    }),
    IsEmailAddress(),
  );
}

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

export function NameField(example: string): PropertyDecorator {
  return applyDecorators(
    ApiProperty({
      type: String,
      minLength: 1,
      maxLength: maxNameLength,
      example,
      description:
        'Counted after NFC and trimming; holds at least one letter or number, and no control characters, line ' +
        'separators or invisible format characters.',
    }),
    IsPersonName(),
  );
}

const passwordDescription = 'Counted in characters (code points) after NFC; never trimmed.';
