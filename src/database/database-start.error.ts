/**
 * The program cannot start on its database. The message ends with the remedy. It is printed without a stack, which would
 * not help an operator.
 */
export abstract class DatabaseStartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // Not enumerable, because printing the error would repeat it.
    Object.defineProperty(this, 'name', { value: new.target.name });
    this.stack = `${this.name}: ${message}`;
  }
}

/** PostgreSQL: invalid authorization, invalid password. */
const loginRefusals = new Set(['28000', '28P01']);

/** The database could not be opened. */
export class DatabaseUnreachableError extends DatabaseStartError {
  constructor(cause: unknown) {
    // Node tries every address of a host name, and then reports only the code.
    const { message, code = '' } = cause as Error & { code?: string };
    const wayOut = loginRefusals.has(code)
      ? 'Check the user in DATABASE_URL, and its password there or in DATABASE_PASSWORD'
      : 'Check DATABASE_URL, and that the server is running';
    super(`The database cannot be opened: ${message || code}. ${wayOut}`);
  }
}
