import type { CookieOptions, Request } from 'express';

/**
 * Of a cookie whose name begins with `__Host-`: browsers keep it over https, or from localhost, for this host alone; no
 * script reads it, and no request of another site carries it.
 */
export const hostCookie: CookieOptions = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' };

/** The cookie of this name, as it was sent: ours are in base64url. */
export function cookieIn({ headers }: Request, name: string): string | undefined {
  const pair = headers.cookie?.split(/; */).find((one) => one.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}
