import { UnreadableHashError } from '../password.errors.js';

/** Called before anything is computed. @throws UnreadableHashError */
export function assertAffordable(isAffordable: boolean): void {
  if (!isAffordable)
    throw new UnreadableHashError(
      'its parameters are invalid, or ask for more work than this service allows',
    );
}

/** Standard base64, with or without padding. */
export const readBase64 = (text: string) => Buffer.from(text, 'base64');
