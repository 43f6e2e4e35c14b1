import { applyDecorators } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { canonicalEmail, maxEmailLength } from './email-address.js';
import { hasHiddenCharacters, hasVisibleLetter, maxNameLength, normalizeName } from './person-name.js';
import { HasLength, IsAtMost, IsText, textRule } from '../ddd/field/index.js';

/** An e-mail address, which is converted to its canonical form. */
export function IsEmailAddress(): PropertyDecorator {
  return applyDecorators(
    Normalize((text) => canonicalEmail(text) ?? text.trim()),
    IsText(),
    IsAtMost(maxEmailLength),
    HasNoHiddenCharacters(),
    textRule('email_format', 'Must be an e-mail address', (text) => canonicalEmail(text) !== undefined),
  );
}

/** The name or surname of a person, which is trimmed and converted to NFC. */
export function IsPersonName(): PropertyDecorator {
  return applyDecorators(
    Normalize(normalizeName),
    IsText(),
    HasLength(1, maxNameLength),
    HasNoHiddenCharacters(),
    textRule('name_format', 'Must contain a letter or a number', hasVisibleLetter),
  );
}

/** Counted, and hashed, in NFC; nothing else is changed, and leading and trailing blanks count. */
export function NormalizePassword(): PropertyDecorator {
  return Normalize((text) => text.normalize('NFC'));
}

/** Applied before the rules; values that are not text are left to them. */
export function Normalize(form: (text: string) => string): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? form(value) : value));
}

function HasNoHiddenCharacters(): PropertyDecorator {
  return textRule(
    'string_characters',
    'Must not contain control characters, line separators or invisible format characters',
    (text) => !hasHiddenCharacters(text),
  );
}
