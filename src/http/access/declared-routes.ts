import { RequestMethod } from '@nestjs/common';
import type { INestApplication, Type } from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { MetadataScanner, ModulesContainer } from '@nestjs/core';
import { accessOf } from './access.js';
import type { Access } from './access.js';
import { isIdempotent } from '../idempotency/idempotent.decorator.js';

/** A route of a controller. */
export interface DeclaredRoute {
  readonly method: string;
  /** With its parameters as `:id`, and a trailing slash unless it is named like a file. */
  readonly path: string;
  /** Class and method. */
  readonly handler: string;
  /** Undefined where the route declares none. */
  readonly access: Access | undefined;
  readonly takesIdempotencyKey?: true;
  /** Whether a parameter of the method is the body. */
  readonly takesBody?: true;
}

/** Every route of every controller of the app. */
export function declaredRoutes(app: INestApplication): DeclaredRoute[] {
  const modules = [...app.get(ModulesContainer).values()];
  const controllers = modules.flatMap(({ controllers }) =>
    [...controllers.values()].map(({ metatype }) => metatype),
  );
  return [...new Set(controllers)].flatMap((controller) => (controller ? routesOf(controller as Type) : []));
}

function routesOf(controller: Type): DeclaredRoute[] {
  const prototype = controller.prototype as Record<string, object>;
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
    const handler = prototype[name] as object;
    const method = Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod | undefined;
    if (method === undefined) return [];
    return pathsOf(controller).flatMap((base) =>
      pathsOf(handler).map((path) => ({
        method: RequestMethod[method],
        path: joined(base, path),
        handler: `${controller.name}.${name}`,
        access: accessOf(handler, controller),
        ...(hasBody(controller, name) && { takesBody: true as const }),
        ...(isIdempotent(handler) && { takesIdempotencyKey: true as const }),
      })),
    );
  });
}

const hasBody = (controller: Type, method: string) =>
  Object.keys(
    (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) as object | undefined) ?? {},
  ).some((parameter) => parameter.startsWith(`${RouteParamtypes.BODY}:`));

const pathsOf = (target: object) => [Reflect.getMetadata(PATH_METADATA, target) as string | string[]].flat();

const joined = (...parts: readonly string[]) => {
  const path = `/${parts.join('/')}`.replaceAll(/\/+/g, '/');
  return /\.\w+$/.test(path) ? path : path.replace(/\/*$/, '/');
};
