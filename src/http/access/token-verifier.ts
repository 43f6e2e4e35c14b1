import type { Caller } from '../../ddd/resource/index.js';

/** Verifies access tokens; the assembly provides one. */
export abstract class TokenVerifier {
  /** @throws InvalidTokenError, or a coded error that the program answers with 401 */
  abstract verify(accessToken: string): Promise<Caller>;
}
