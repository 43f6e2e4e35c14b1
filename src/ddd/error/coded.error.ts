/**
 * An error with a code that says what happened, never which status to return. `Code` is a literal type, so that the
 * compiler finds a code that the mapping to responses leaves out.
 */
export abstract class CodedError<Code extends string = string> extends Error {
  abstract readonly code: Code;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
