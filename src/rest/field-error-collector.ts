import type { FieldError } from '../http/errors/envelope.js';
import { InvalidFieldsError } from '../http/validation/invalid-fields.error.js';

/** Faults that one answer reports: each carries its name and a sentence, and a query may hold thousands of names. */
const maxErrors = 100;

/** Gathers what is wrong by name, to report it all at once: the first fault of each name. */
export class FieldErrorCollector {
  /** A Map, because names come from outside, and an object has some by itself: `constructor`. */
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
