import { applyDecorators } from '@nestjs/common';
import { IsOptional } from 'class-validator';
import { IsEmailAddress, Normalize } from '../../identity/identity.rules.js';
import { HasLength, HasNoControlCharacters, IsText } from '../../ddd/field/index.js';
import { maxNameLength, normalizeName } from '../../identity/person-name.js';

/** The recipient of a mail, and what only they may learn. */
export class MailRequest {
  @IsEmailAddress()
  readonly email!: string;

  @Name()
  readonly name!: string;

  /** Of the link. */
  @Secret()
  readonly token?: string;

  /** To be typed. */
  @Secret()
  readonly code?: string;
}

/** Wider than the rule for account names: a message that an older program recorded is still delivered. */
function Name(): PropertyDecorator {
  return applyDecorators(
    Normalize(normalizeName),
    IsText(),
    HasLength(1, maxNameLength),
    HasNoControlCharacters(),
  );
}

function Secret(): PropertyDecorator {
  return applyDecorators(IsOptional(), IsText(), HasLength(1, 200), HasNoControlCharacters());
}
