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

type Message<Parameters extends readonly unknown[]> = string | ((...parameters: Parameters) => string);

/**
 * The base of an error that is its code and its message.
 *
 *     export class OutOfStockError extends codedError('order.out-of-stock', 'Not enough in stock') {}
 *
 * @param message for the log; a function of the constructor's parameters where it depends on them
 */
export function codedError<const Code extends string, const Parameters extends readonly unknown[] = []>(
  code: Code,
  message: Message<Parameters>,
): new (...parameters: Parameters) => Error & { readonly code: Code } {
  return class extends CodedError<Code> {
    readonly code = code;

    constructor(...parameters: Parameters) {
      super(typeof message === 'string' ? message : message(...parameters));
    }
  };
}
