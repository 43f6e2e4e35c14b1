import { createHash, createHmac, randomBytes } from 'node:crypto';

/** 256 random bits, in base64url. */
export const newToken = (): string => randomBytes(32).toString('base64url');

/** What is stored of a token. A slow hash would add nothing: 256 random bits cannot be guessed. */
export const hashToken = (token: string): string => createHash('sha256').update(token).digest('hex');

export const newSalt = (): string => randomBytes(32).toString('hex');

/**
 * The successor of a token, always the same. It can be computed only from the token itself, and only with the
 * salt, which does not leave the database, so it need not be stored.
 */
export const successorOf = (token: string, salt: string): string =>
  createHmac('sha256', token).update(salt).digest('base64url');
