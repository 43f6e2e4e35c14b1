import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Caller } from '../../ddd/resource/index.js';
import { anySession, declareAccess, declareCookie } from './access.js';
import type { Access } from './access.js';

type AccessDecorator = ClassDecorator & MethodDecorator;

/** Anyone may use the route. On a method, or on a class for all its routes; the method wins. */
export const Public = (): AccessDecorator => decorate('public');

/** Any caller with a live session may use the route. */
export const SignedIn = (): AccessDecorator => decorate(anySession);

/** Only a caller with all of these permissions may use the route. */
export const Requires = (...permissions: readonly [string, ...string[]]): AccessDecorator => {
  if (!permissions.length || !permissions.every(Boolean))
    throw new TypeError(
      "@Requires() names no permission: give one, as in @Requires('product:write'), or use @SignedIn()",
    );
  return decorate([permissions]);
};

/** Where no access token is sent, the route also takes the cookie that the program's CookieVerifier verifies. */
export const OrByCookie = (): MethodDecorator => (_target, _method, descriptor) =>
  declareCookie(descriptor.value as object);

/** Who sends the request, as a parameter of a route that needs a caller. */
export const CurrentAccount = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<Request>();
  if (!caller)
    throw new TypeError(
      `${context.getClass().name}.${context.getHandler().name} takes @CurrentAccount() and is public: declare @SignedIn()`,
    );
  return caller;
});

const decorate =
  (access: Access): AccessDecorator =>
  (target: object, method?: string | symbol, descriptor?: PropertyDescriptor) => {
    if (descriptor)
      declareAccess(access, descriptor.value as object, `${target.constructor.name}.${String(method)}`);
    else declareAccess(access, target, (target as { name: string }).name);
  };
