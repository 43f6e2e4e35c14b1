import type { Request } from 'express';
import type { Caller } from '../../ddd/resource/index.js';

/** Verifies access tokens; the assembly provides one. */
export abstract class TokenVerifier {
  /** @throws InvalidTokenError, or a coded error that the program answers with 401 */
  abstract verify(accessToken: string): Promise<Caller>;
}

/** Verifies a cookie in the place of an access token, on routes that declare `@OrByCookie()`; an assembly may provide one. */
export abstract class CookieVerifier {
  /**
   * @returns undefined when the request carries no such cookie
   * @throws HttpError 403 when no page of ours sent it, or a coded error that the program answers with 401
   */
  abstract verify(request: Request): Promise<Caller | undefined>;
}
