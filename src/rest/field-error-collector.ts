import type { FieldError } from '../http/errors/envelope.js';
import { InvalidFieldsError } from '../http/validation/invalid-fields.error.js';

/**
 * Maximum number of errors in one response: each carries its name and a sentence, and a query may contain thousands of
 * names.
 */
const maxErrors = 100;

/** Collects the first error of each name, to report all of them together. */
export class FieldErrorCollector {
  /** A Map, because names come from outside, and every object has some of its own: `constructor`. */
  readonly #errors = new Map<string, FieldError>();

  add(name: string, type: string, msg: string): void {
    if (!this.#errors.has(name) && this.#errors.size < maxErrors)
      this.#errors.set(name, { type, loc: [name], msg });
  }

  /** @throws InvalidFieldsError when something was found */
  refuse(): void {
    if (this.#errors.size) throw new InvalidFieldsError(Object.fromEntries(this.#errors));
  }
}
