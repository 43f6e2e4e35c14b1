import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { ApiPropertyOptions } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { Column, Index } from 'typeorm';
import type { ColumnOptions } from 'typeorm';
import { declareField } from './declared-fields.js';
import type { FieldKind } from './declared-fields.js';

export interface FieldOptions {
  /** May be left out of a body, and is null then. */
  readonly optional?: boolean;
  /** No two records share its value. */
  readonly unique?: boolean;
  /** Speeds up filters by this field. */
  readonly index?: boolean;
  /** The name of its column; by default that of the field. */
  readonly column?: string;
  /** For the document. */
  readonly description?: string;
  readonly example?: unknown;
}

export interface FieldDeclaration {
  readonly kind: FieldKind;
  /** TypeORM's column. */
  readonly column: ColumnOptions;
  /** The rules of a body, of class-validator. */
  readonly rules: readonly PropertyDecorator[];
  /** The JSON schema of a value. */
  readonly schema: object;
  /** A value for the document, unless the field gives one; text by default, made of the name of the field. */
  readonly example?: unknown;
  readonly references?: string;
}

/**
 * A field of an entity in one declaration: TypeORM's @Column, the rules of class-validator for a body, and the
 * @ApiProperty of the document. Nest's PickType, OmitType and PartialType make bodies from the entity.
 */
export function field(
  { kind, column, rules, schema, example, references }: FieldDeclaration,
  { optional = false, unique = false, index = false, column: name, ...shown }: FieldOptions,
): PropertyDecorator {
  const decorators = [
    Column({
      ...column,
      ...(name !== undefined && { name }),
      ...(unique && { unique }),
      ...(optional && { nullable: true }),
    }),
    ...(index ? [Index()] : []),
    ...rules,
    ...(optional ? [IsOptional()] : []),
  ];
  return (target, key) => {
    const property = {
      example: example ?? exampleText(String(key), schema),
      ...schema,
      ...shown,
      ...(optional && { nullable: true }),
    } as ApiPropertyOptions;
    const document = optional ? ApiPropertyOptional(property) : ApiProperty(property);
    for (const decorate of [...decorators, document]) decorate(target, key);
    declareField(target, String(key), {
      kind,
      property,
      isUnique: unique,
      ...(references !== undefined && { references }),
    });
  };
}

/** The name of a field as text, `Unit price`, as far as its length allows. */
function exampleText(name: string, { maxLength = Infinity }: { readonly maxLength?: number }): string {
  const words = name.replaceAll(/([A-Z])/g, ' $1').toLowerCase();
  return (words.charAt(0).toUpperCase() + words.slice(1)).slice(0, maxLength).trimEnd();
}
