import type { Type } from '@nestjs/common';
import type { ApiPropertyOptions } from '@nestjs/swagger';

/** What the values of a field are, which decides how they can be filtered and ordered. */
export type FieldKind =
  'text' | 'uuid' | 'integer' | 'number' | 'boolean' | 'date' | 'day' | 'decimal' | 'enum' | 'json';

export interface DeclaredField {
  readonly kind: FieldKind;
  /** Its property in the document. */
  readonly property: ApiPropertyOptions;
  readonly isUnique: boolean;
  /** The table that it refers to, by the id of a record. */
  readonly references?: string;
}

const fields = new WeakMap<object, Map<string, DeclaredField>>();

export function declareField(prototype: object, name: string, field: DeclaredField): void {
  const own = fields.get(prototype) ?? new Map<string, DeclaredField>();
  fields.set(prototype, own.set(name, field));
}

/** The fields of a class that are declared by a field decorator, its own and those that it inherits. */
export function declaredFields(type: Type<object>): ReadonlyMap<string, DeclaredField> {
  const found = new Map<string, DeclaredField>();
  for (let one = type.prototype as object | null; one; one = Object.getPrototypeOf(one) as object | null)
    for (const [name, field] of fields.get(one) ?? []) if (!found.has(name)) found.set(name, field);
  return found;
}
