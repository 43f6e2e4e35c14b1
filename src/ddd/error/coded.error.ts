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

type Message = string | ((...parameters: never[]) => string);
type ParametersOf<Text extends Message> = Text extends (...parameters: infer Parameters) => string
  ? Parameters
  : [];

/** A class of errors that declares its code and its message, so that they are known before one is thrown. */
interface CodedErrorClass<Code extends string, Text extends Message> {
  readonly code: Code;
  readonly message: Text;
  new (...parameters: ParametersOf<Text>): Error & { readonly code: Code };
}

/**
 * The base of an error that is its code and its message.
 *
 *     export class OutOfStockError extends codedError('order.out-of-stock', 'Not enough in stock') {}
 *
 * @param message for the log, and for the document of the actions that raise it; a function of the constructor's
 *   parameters where it depends on them
 */
export function codedError<const Code extends string, const Text extends Message>(
  code: Code,
  message: Text,
): CodedErrorClass<Code, Text> {
  return class extends CodedError<Code> {
    static readonly code = code;
    static readonly message = message;
    readonly code = code;

    constructor(...parameters: ParametersOf<Text>) {
      super(
        typeof message === 'string'
          ? message
          : (message as (...parameters: unknown[]) => string)(...parameters),
      );
    }
  };
}
