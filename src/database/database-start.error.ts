import { isLoginRefused } from '../ddd/repository/index.js';

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

/** The database could not be opened. */
export class DatabaseUnreachableError extends DatabaseStartError {
  constructor(cause: unknown) {
    // Node tries every address of a host name, and then reports only the code.
    const { message, code = '' } = cause as Error & { code?: string };
    const isUnknownDatabase = code === '3D000' || message.startsWith('database ');
    const wayOut =
      isLoginRefused(cause) && !isUnknownDatabase
        ? 'Check the user in DATABASE_URL, and its password there or in DATABASE_PASSWORD'
        : 'Check DATABASE_URL, and that the server is running';
    super(`The database cannot be opened: ${message || code}. ${wayOut}`);
  }
}
