import { ValidateBy } from 'class-validator';

/**
 * A rule for a field. Of the failing rules, the one whose type ends with `_type` is reported, else the first of a
 * group; an absent field is reported as `missing`, whatever its rules.
 * @param type its name on the wire, pydantic's where it has one
 * @param msg what is required, never what was sent
 */
export function rule(type: string, msg: string, holds: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({ name: type, validator: { validate: holds, defaultMessage: () => msg } });
}

/** A rule for text. Any other value breaks it, and {@link IsText} then reports that it is not text. */
export function textRule(type: string, msg: string, holds: (text: string) => boolean): PropertyDecorator {
  return rule(type, msg, (value) => typeof value === 'string' && holds(value));
}
