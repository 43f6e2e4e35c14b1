/** A field of an entity in one declaration: its column, its rules and its documentation. The public API of this block. */
export { declaredFields } from './declared-fields.js';
export type { DeclaredField, FieldKind } from './declared-fields.js';
export { field } from './field.js';
export type { FieldDeclaration, FieldOptions } from './field.js';
export {
  BooleanField,
  DayField,
  DecimalField,
  EnumField,
  IntegerField,
  JsonField,
  LongTextField,
  MomentField,
  NumberField,
  TextField,
} from './fields.js';
export { IsDateTime, IsDay, IsDecimal, IsJson, IsOneOf, IsUuid } from './format.rules.js';
export { formatDescription, readDay, readDecimal, readMoment, readUuid } from './formats.js';
export { IdField, OwnerField, ReferenceField, UuidField } from './key.fields.js';
export { IsAnyNumber, IsInteger, IsTrueOrFalse } from './number.rules.js';
export { rule, textRule } from './rule.js';
export { HasLength, HasNoControlCharacters, IsAtMost, IsText, lengthOf } from './text.rules.js';
