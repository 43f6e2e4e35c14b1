import type { Caller } from '../../ddd/resource/index.js';

/** Who may use a route: anyone, or a caller who has all permissions of one of the alternatives. */
export type Access = 'public' | readonly (readonly string[])[];

/** Any live session: one alternative that asks for no permission. */
export const anySession: Access = [[]];

export const isAllowed = (access: Access, { permissions }: Caller): boolean =>
  access === 'public' || access.some((all) => all.every((permission) => permissions.includes(permission)));

/** Whether a caller can be signed in and still be refused. */
export const needsPermission = (access: Access): boolean =>
  access !== 'public' && access.every((all) => all.length > 0);

const key = 'access';
const cookieKey = 'access-by-cookie';

/** @throws TypeError when the method or class has been declared before: the upper decorator would win unnoticed */
export function declareAccess(access: Access, target: object, name: string): void {
  if (Reflect.hasOwnMetadata(key, target))
    throw new TypeError(
      `${name} declares its access twice: remove one decorator, or list all permissions in one, as in @Requires('a:read', 'b:read')`,
    );
  Reflect.defineMetadata(key, access, target);
}

/** What the method declares, or else its class. */
export const accessOf = (handler: object, controller: object): Access | undefined =>
  (Reflect.getOwnMetadata(key, handler) ?? Reflect.getMetadata(key, controller)) as Access | undefined;

export const declareCookie = (handler: object): void => Reflect.defineMetadata(cookieKey, true, handler);

/** Whether a route takes a cookie where no access token is sent. */
export const takesCookie = (handler: object): boolean => Reflect.hasOwnMetadata(cookieKey, handler);
