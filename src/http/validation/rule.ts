import { ValidateBy } from 'class-validator';

/**
 * A rule for a field. Rules are checked from the top down, and the first that fails is told.
 * @param type its name on the wire
 * @param msg what is asked for, never what was sent
 */
export function rule(type: string, msg: string, holds: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({ name: type, validator: { validate: holds, defaultMessage: () => msg } });
}

/** A rule for text; checked after {@link IsText}, and so never for anything else. */
export function textRule(type: string, msg: string, holds: (text: string) => boolean): PropertyDecorator {
  return rule(type, msg, (value) => typeof value === 'string' && holds(value));
}
