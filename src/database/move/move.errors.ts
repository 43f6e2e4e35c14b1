export type MoveFlag = '--from' | '--to';

/** The move cannot begin, or did not happen. Names the flag that it concerns, and the remedy. */
export class MoveError extends Error {
  override readonly name: string = 'MoveError';

  constructor(flag: MoveFlag, what: string, options?: ErrorOptions) {
    super(`${flag} ${what}`, options);
  }
}

/** A flag is missing or malformed. */
export class MoveFlagError extends MoveError {
  override readonly name = 'MoveFlagError';
}
