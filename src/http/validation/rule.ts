import { ValidateBy } from 'class-validator';

/**
 * A rule for a field. Of those that fail, the one whose type ends with `_type` is reported, else the first of a group; a
 * field that is not there at all is reported as `missing`, whatever its rules.
 * @param type its name on the wire, as pydantic calls it where it has one
 * @param msg what is asked for, never what was sent
 */
export function rule(type: string, msg: string, holds: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({ name: type, validator: { validate: holds, defaultMessage: () => msg } });
}

/** A rule for text, which anything else breaks: {@link IsText} then says that it is no text. */
export function textRule(type: string, msg: string, holds: (text: string) => boolean): PropertyDecorator {
  return rule(type, msg, (value) => typeof value === 'string' && holds(value));
}
