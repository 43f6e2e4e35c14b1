import { Delete, Get, HttpCode, Patch, Post, Put, Req, Res } from '@nestjs/common';
import { PARAMTYPES_METADATA } from '@nestjs/common/constants.js';
import type { Request, Response } from 'express';
import { groupNames } from '../ddd/repository/index.js';
import { CollectionResource } from '../ddd/resource/index.js';
import type { Identified } from '../ddd/resource/index.js';
import { declareAccess } from '../http/access/access.js';
import { Idempotent } from '../http/idempotency/idempotent.decorator.js';
import { fieldsOf } from './body-fields.js';
import { controls } from './list-query.js';
import type { Operation, RestControllerOptions, Verb } from './rest-options.js';
import { restDocs } from './rest-docs.js';
import { RestRoutes } from './rest-routes.js';
import { checkAccess } from './check-access.js';
import { accessTo, routeAccess } from './verb-access.js';

const item = ':id';
const routes: Readonly<Record<Operation, { route: MethodDecorator; status: number }>> = {
  create: { route: Post(), status: 201 },
  createMany: { route: Post('batch'), status: 201 },
  retrieve: { route: Get(item), status: 200 },
  update: { route: Put(item), status: 200 },
  partialUpdate: { route: Patch(item), status: 200 },
  delete: { route: Delete(item), status: 204 },
  list: { route: Get(), status: 200 },
  replace: { route: Put(), status: 200 },
  partialReplace: { route: Patch(), status: 200 },
  drop: { route: Delete(), status: 200 },
};

/**
 * A controller with the declared routes of a collection, and their documentation.
 *
 *     @Controller('product')
 *     export class ProductController extends RestController({ name: 'Product', resource: ProductResource, … }) {}
 */
export function RestController<
  Entity extends Identified,
  View extends object,
  const Declared extends Verb = Verb,
>(
  given: RestControllerOptions<Entity, View, Declared>,
): new (resource: CollectionResource<Entity>) => object {
  const declaration = given as unknown as RestControllerOptions<Entity, View>;
  checkDeclaration(declaration);
  checkAccess(declaration);

  class DeclaredController {
    readonly routes: RestRoutes<Entity, View>;
    readonly onModuleInit: () => Promise<void>;

    constructor(resource: CollectionResource<Entity>) {
      this.routes = new RestRoutes(declaration, resource);
      this.onModuleInit = () => assertListable(declaration, resource);
    }
  }
  // Not by @Inject(), which a subclass with a constructor of its own would inherit for its first parameter.
  Reflect.defineMetadata(PARAMTYPES_METADATA, [declaration.resource], DeclaredController);
  for (const verb of declaration.verbs) {
    addRoute<Entity, View>(DeclaredController.prototype, verb, verb, declaration);
    if (verb === 'create')
      addRoute<Entity, View>(DeclaredController.prototype, 'createMany', verb, declaration);
  }
  return DeclaredController;
}

/** @throws TypeError at the start of the program for a filter or an order that its records do not support */
async function assertListable<Entity extends Identified, View extends object>(
  { name, filters = {}, orders = [], owner }: RestControllerOptions<Entity, View>,
  resource: CollectionResource<Entity>,
): Promise<void> {
  try {
    await resource.assertListable([...Object.keys(filters), ...(owner ? [owner] : [])], orders);
  } catch (error) {
    throw error instanceof TypeError
      ? new TypeError(
          `${name} declares a filter, an order or an owner that it cannot have: ${error.message}`,
          {
            cause: error,
          },
        )
      : error;
  }
}

/** Decorates a method of this class alone: Nest stores route metadata on the function. */
function addRoute<Entity extends Identified, View extends object>(
  prototype: { routes: RestRoutes<Entity, View> },
  operation: Operation,
  verb: Verb,
  declaration: RestControllerOptions<Entity, View>,
): void {
  const handle = function (this: { routes: RestRoutes<Entity, View> }, request: Request, response: Response) {
    return this.routes.run(operation, verb, request, response);
  };
  Object.defineProperty(prototype, operation, { value: handle, configurable: true, writable: true });
  const { route, status } = routes[operation];
  const access = accessTo(declaration.access, verb);
  // A verb without access is reported at the start, when its path is known.
  if (access !== undefined) declareAccess(routeAccess(access), handle, `${declaration.name}.${operation}`);
  const keyed = verb === 'create' && declaration.takesIdempotencyKey === true ? [Idempotent()] : [];
  for (const decorate of [route, HttpCode(status), ...keyed, ...restDocs(operation, status, declaration)])
    decorate(
      prototype,
      operation,
      Object.getOwnPropertyDescriptor(prototype, operation) as PropertyDescriptor,
    );
  Req()(prototype, operation, 0);
  Res({ passthrough: true })(prototype, operation, 1);
}

/** @throws TypeError when the declaration cannot work, as soon as the program is loaded */
function checkDeclaration<Entity extends Identified, View extends object>({
  name,
  verbs,
  body,
  changes,
  filters = {},
}: RestControllerOptions<Entity, View>): void {
  const writing = verbs.filter((verb) => ['create', 'update', 'replace', 'partialReplace'].includes(verb));
  if (writing.length && !body)
    throw new TypeError(
      `${name} declares ${writing.join(', ')} but no body: name the class that validates it`,
    );
  const putting = verbs.filter((verb) => ['replace', 'partialReplace'].includes(verb));
  if (putting.length && body && !fieldsOf(body).includes('id'))
    throw new TypeError(
      `${name} declares ${putting.join(', ')}, which find records by their id, but ${body.name} has none: give it a ` +
        'field `id` with a rule, optional for records that are new, or leave these verbs out',
    );
  if (verbs.includes('partialUpdate') && !changes)
    throw new TypeError(`${name} declares partialUpdate but no changes: name the class that validates them`);
  const taken = Object.keys(filters).find((field) => [...controls, ...groupNames].includes(field as never));
  if (taken)
    throw new TypeError(
      `${name} has a filter ${taken}, which is a parameter of lists: filter by another field`,
    );
}
