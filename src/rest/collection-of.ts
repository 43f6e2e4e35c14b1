import type { Type } from '@nestjs/common';
import { ApiProperty, ApiSchema, PartialType, PickType } from '@nestjs/swagger';
import { declaredFields } from '../ddd/field/index.js';
import type { DeclaredField } from '../ddd/field/index.js';
import type { ScalarField } from '../ddd/repository/index.js';
import type { Identified } from '../ddd/resource/index.js';
import type { RestControllerOptions, ViewClass } from './rest-options.js';

type Declared = readonly (readonly [name: string, field: DeclaredField])[];

/** What the routes of a collection need to know about its fields. */
interface CollectionFields<Entity extends Identified, Shown extends keyof Entity> extends Required<
  Pick<
    RestControllerOptions<Entity, Pick<Entity, Shown>>,
    'name' | 'unique' | 'references' | 'filters' | 'orders'
  >
> {
  readonly id: 'text' | 'uuid' | 'integer';
  readonly view: ViewClass<Entity, Pick<Entity, Shown>>;
  readonly body: Type<Partial<Entity>>;
  readonly changes: Type<Partial<Entity>>;
}

/**
 * The listed fields of an entity as a collection over HTTP: all of them are shown, accepted in bodies, filtered and
 * ordered by, as its field decorators declare them. Whatever is not listed stays inside. Each part may be replaced
 * after the spread, as by `filters: { name: 'text' }`.
 *
 *     export class ProductController extends RestController({
 *       ...collectionOf(Product, ['id', 'name', 'price']), resource: ProductResource, verbs: ['list'], access: 'public',
 *     }) {}
 *
 * @throws TypeError for a field that no field decorator declares
 */
export function collectionOf<
  Entity extends Identified,
  const Names extends readonly (keyof Entity & string)[],
>(entity: Type<Entity>, names: Names): CollectionFields<Entity, Names[number]> {
  const fields = names.map((name) => [name, fieldNamed(name, entity)] as const);
  const body = bodyOf(entity, names);
  return {
    name: entity.name,
    id: fields.some(([name, { kind }]) => name === 'id' && kind === 'uuid') ? 'uuid' : 'text',
    view: viewOf(entity, names),
    body,
    changes: named(`${entity.name}Changes`, PartialType(body, { skipNullProperties: false })),
    unique: namesOf<Entity>(fields, (field, name) => field.isUnique && name !== 'id'),
    references: namesOf<Entity>(fields, ({ references }) => references !== undefined),
    filters: Object.fromEntries(fields.filter(isCompared).map(([name, { kind }]) => [name, kind])) as never,
    orders: namesOf<Entity>(fields, ({ kind }) => kind !== 'json'),
  };
}

/**
 * A class that shows the listed fields of an entity, and nothing else.
 *
 *     export class ProductView extends viewOf(Product, ['id', 'name']) {}
 */
export function viewOf<Entity extends object, const Names extends readonly (keyof Entity & string)[]>(
  entity: Type<Entity>,
  names: Names,
): ViewClass<Entity, Pick<Entity, Names[number]>> {
  class View {
    static of(record: Entity): Pick<Entity, Names[number]> {
      return Object.fromEntries(names.map((name) => [name, record[name]])) as never;
    }
  }
  for (const name of names) ShownField(entity, name)(View.prototype, name);
  return named(`${entity.name}View`, View) as never;
}

/** A field of an entity in a handwritten view: documented as its field decorator declares it. */
export function ShownField<Entity extends object>(
  entity: Type<Entity>,
  name: keyof Entity & string,
): PropertyDecorator {
  const { property } = fieldNamed(name, entity);
  return ApiProperty({ ...property, required: true } as never);
}

const bodyOf = <Entity extends object>(entity: Type<Entity>, names: readonly (keyof Entity)[]) =>
  named(`${entity.name}Details`, PickType(entity, names)) as Type<Partial<Entity>>;

function fieldNamed(name: string, entity: Type<object>): DeclaredField {
  const field = declaredFields(entity).get(name);
  if (field) return field;
  throw new TypeError(
    `${entity.name}.${name} has no field decorator: declare it with one of src/ddd/field, such as @TextField, or ` +
      'write the classes of bodies and views yourself',
  );
}

const isCompared = ([, { kind }]: Declared[number]): boolean => kind !== 'json';

const namesOf = <Entity>(fields: Declared, has: (field: DeclaredField, name: string) => boolean) =>
  fields.filter(([name, field]) => has(field, name)).map(([name]) => name as ScalarField<Entity>);

/** The name of a class in errors and in the document. */
function named<Class extends Type<object>>(name: string, type: Class): Class {
  Object.defineProperty(type, 'name', { value: name });
  ApiSchema({ name })(type);
  return type;
}
