import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional } from 'class-validator';
import { Column, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { declareField } from './declared-fields.js';
import { field } from './field.js';
import type { FieldOptions } from './field.js';
import { IsUuid } from './format.rules.js';

/** The key of a table: ordered by code point, so that pages can follow its index. */
const keyColumn = { type: 'varchar', length: 36, collation: 'C' } as const;
const exampleId = 'd73d4a62-dfe9-4907-91f4-f6b06f33c534';

/** The id of a record: a UUID, which is generated unless a client provides one. */
export function IdField(): PropertyDecorator {
  const shown = { type: 'string', format: 'uuid', example: exampleId } as const;
  return (target, key) => {
    PrimaryColumn(keyColumn)(target, key);
    IsUuid()(target, key);
    IsOptional()(target, key);
    ApiPropertyOptional({ ...shown, description: 'Generated unless the client provides one' })(target, key);
    declareField(target, String(key), { kind: 'uuid', property: shown, isUnique: true });
  };
}

/** The account that a record belongs to. It is set from the session and never taken from a body. */
export function OwnerField(): PropertyDecorator {
  return (target, key) => {
    Column({ type: 'varchar', name: 'owner_id', length: 36 })(target, key);
    Index()(target, key as string);
  };
}

export const UuidField = (options: FieldOptions = {}) =>
  field(
    {
      kind: 'uuid',
      column: { type: 'uuid' },
      rules: [IsUuid()],
      schema: { type: 'string', format: 'uuid' },
      example: exampleId,
    },
    options,
  );

/** The id of a record in another table, which must exist and cannot be deleted meanwhile: a foreign key, with an index. */
export const ReferenceField = ({ to, ...options }: FieldOptions & { readonly to: string }) => {
  const declared = field(
    {
      kind: 'uuid',
      column: keyColumn,
      rules: [IsUuid()],
      schema: { type: 'string', format: 'uuid', description: `The id of a record of ${to}` },
      example: exampleId,
      references: to,
    },
    { index: true, ...options },
  );
  return (target: object, key: string | symbol): void => {
    declared(target, key);
    ForeignKey(to)(target, key);
  };
};
