import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { isEmail } from 'class-validator';
import { textRule } from '../../http/validation/rule.js';
import { HasLength, HasNoControlCharacters, IsAtMost, IsText } from '../../http/validation/text.rules.js';

/** Whom to welcome. Control characters are refused in both fields: they would reach the mail's header. */
export class WelcomeRequest {
  @Email()
  readonly email!: string;

  @Name()
  readonly name!: string;
}

function Email(): PropertyDecorator {
  return applyDecorators(
    Trim(),
    IsText(),
    HasNoControlCharacters(),
    IsAtMost(254),
    textRule('email_format', 'Must be an e-mail address', (text) => isEmail(text)),
  );
}

function Name(): PropertyDecorator {
  return applyDecorators(Trim(), IsText(), HasLength(1, 200), HasNoControlCharacters());
}

function Trim(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? value.trim() : value));
}
