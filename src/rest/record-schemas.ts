import type { Type } from '@nestjs/common';
import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** Where a page is in its list. */
@ApiSchema({ name: 'PageMeta' })
export class PageMetaSchema {
  @ApiProperty({ type: 'integer', description: 'Maximum number of records on the page', example: 100 })
  readonly size!: number;

  @ApiProperty({
    type: String,
    nullable: true,
    required: false,
    description: 'Give it as `after` to get the next page. Null on the last one, absent from numbered pages',
    example: null,
  })
  readonly next?: string | null;

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'Number of the page, when pages are asked for by number',
    example: 1,
  })
  readonly page?: number;

  @ApiProperty({
    type: 'integer',
    required: false,
    description: 'Number of records on all pages, when pages are asked for by number',
    example: 250,
  })
  readonly total?: number;
}

/** The result of a removal of many. */
@ApiSchema({ name: 'DeletedCount' })
export class DeletedCountSchema {
  @ApiProperty({ type: 'integer', description: 'Number of records that were deleted', example: 3 })
  readonly deleted!: number;
}

const lists = new Map<string, Map<Type<object>, Type<object>>>();

/** The schema of `{"data": [...]}` under this name, made once for a class of records. */
export function listSchema(name: string, record: Type<object>): Type<object> {
  return once(name, record, () => {
    @ApiSchema({ name })
    class RecordList {
      @ApiProperty({ type: [record] })
      readonly data!: object[];
    }
    return RecordList;
  });
}

/** The schema of a page under this name, made once for a class of records. */
export function pageSchema(name: string, record: Type<object>): Type<object> {
  return once(name, record, () => {
    @ApiSchema({ name })
    class RecordPage {
      @ApiProperty({ type: [record], description: 'The records of the page' })
      readonly data!: object[];

      @ApiProperty({ type: PageMetaSchema })
      readonly meta!: PageMetaSchema;
    }
    return RecordPage;
  });
}

function once(name: string, record: Type<object>, make: () => Type<object>): Type<object> {
  const ofName = lists.get(name) ?? new Map<Type<object>, Type<object>>();
  const schema = ofName.get(record) ?? make();
  lists.set(name, ofName.set(record, schema));
  return schema;
}
