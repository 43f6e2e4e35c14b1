import { field } from '../ddd/field/index.js';
import type { FieldOptions } from '../ddd/field/index.js';
import { maxEmailLength } from './email-address.js';
import { IsEmailAddress, IsPersonName } from './identity.rules.js';
import { maxNameLength } from './person-name.js';

/** An e-mail address, kept in its canonical form. */
export const EmailField = (options: FieldOptions = {}) =>
  field(
    {
      kind: 'text',
      column: { type: 'varchar', length: maxEmailLength },
      rules: [IsEmailAddress()],
      schema: { type: 'string', format: 'email', maxLength: maxEmailLength },
      example: 'john@example.com',
    },
    {
      description:
        'Known by one form: NFC, trimmed, the part before the @ in Unicode simple case folding, the domain in ASCII ' +
        '(A-labels). Quoted local parts, domain literals, white space inside and invisible characters are refused.',
      ...options,
    },
  );

/** The name or surname of a person. */
export const PersonNameField = (options: FieldOptions = {}) =>
  field(
    {
      kind: 'text',
      column: { type: 'varchar', length: maxNameLength },
      rules: [IsPersonName()],
      schema: { type: 'string', minLength: 1, maxLength: maxNameLength },
    },
    {
      description:
        'Counted after NFC and trimming; holds at least one letter or number, and no control characters, line ' +
        'separators or invisible format characters.',
      ...options,
    },
  );
