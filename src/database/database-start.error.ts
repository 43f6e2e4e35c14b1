/**
 * The program cannot start on its database. The text ends with the way out. No one who reads it could use a stack, so it
 * is printed without one.
 */
export abstract class DatabaseStartError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    // Not a field of its own, which a print of the error would repeat.
    Object.defineProperty(this, 'name', { value: new.target.name });
    this.stack = `${this.name}: ${message}`;
  }
}

/** PostgreSQL: invalid authorization, invalid password. */
const loginRefusals = new Set(['28000', '28P01']);

/** The database could not be opened. */
export class DatabaseUnreachableError extends DatabaseStartError {
  constructor(cause: unknown) {
    // Node tries every address of a name, and then says nothing but the code.
    const { message, code = '' } = cause as Error & { code?: string };
    const wayOut = loginRefusals.has(code)
      ? 'Look at the user in DATABASE_URL, and at its password there or in DATABASE_PASSWORD'
      : 'Look at DATABASE_URL, and whether the server runs';
    super(`The database cannot be opened: ${message || code}. ${wayOut}`);
  }
}
