export type MoveFlag = '--from' | '--to';

/** The move cannot begin, or did not happen. Names the flag that it is about, and the way out. */
export class MoveError extends Error {
  override readonly name = 'MoveError';

  constructor(flag: MoveFlag, what: string, options?: ErrorOptions) {
    super(`${flag} ${what}`, options);
  }
}
