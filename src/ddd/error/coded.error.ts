/**
 * An error with a code that says what happened, never what status to answer.
 * `Code` is a literal type, so that whoever maps codes to answers is told by the compiler of one left out.
 */
export abstract class CodedError<Code extends string = string> extends Error {
  abstract readonly code: Code;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}
