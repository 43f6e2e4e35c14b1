import { applyDecorators } from '@nestjs/common';
import { IsEmailAddress, Normalize } from '../../identity/identity.rules.js';
import { HasLength, HasNoControlCharacters, IsText } from '../../ddd/field/index.js';
import { maxNameLength, normalizeName } from '../../identity/person-name.js';

/** The recipient of a welcome mail. */
export class WelcomeRequest {
  @IsEmailAddress()
  readonly email!: string;

  @Name()
  readonly name!: string;
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
