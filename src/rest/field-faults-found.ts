import type { FieldFault } from '../http/envelope.js';
import { InvalidFieldsError } from '../http/validation/invalid-fields.error.js';

/** Faults that one answer reports: each carries its name and a sentence, and a query may hold thousands of names. */
const maxFaults = 100;

/** Gathers what is wrong by name, to report it all at once: the first fault of each name. */
export class FieldFaultsFound {
  /** A Map, because names come from outside, and an object has some by itself: `constructor`. */
  readonly #faults = new Map<string, FieldFault>();

  add(name: string, type: string, msg: string): void {
    if (!this.#faults.has(name) && this.#faults.size < maxFaults)
      this.#faults.set(name, { type, loc: [name], msg });
  }

  /** @throws InvalidFieldsError when something was found */
  refuse(): void {
    if (this.#faults.size) throw new InvalidFieldsError(Object.fromEntries(this.#faults));
  }
}
