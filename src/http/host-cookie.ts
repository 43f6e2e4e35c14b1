import type { CookieOptions, Request } from 'express';

/**
 * The attributes of a cookie whose name begins with `__Host-`: browsers accept it over https, or from localhost, and send
 * it only to this host; no script can read it, and no request from another site carries it.
 */
export const hostCookie: CookieOptions = { path: '/', httpOnly: true, secure: true, sameSite: 'strict' };

/** The cookie of this name, undecoded: ours are in base64url. */
export function cookieIn({ headers }: Request, name: string): string | undefined {
  const pair = headers.cookie?.split(/; */).find((one) => one.startsWith(`${name}=`));
  return pair?.slice(name.length + 1);
}
