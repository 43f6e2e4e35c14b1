import type { Type } from '@nestjs/common';
import type { ScalarField } from '../ddd/repository/index.js';
import type { CollectionResource, Identified } from '../ddd/resource/index.js';

/** What a route of a collection does. */
export type Verb =
  | 'create'
  | 'retrieve'
  | 'update'
  | 'partialUpdate'
  | 'delete'
  | 'list'
  | 'replace'
  | 'partialReplace'
  | 'drop';

/** How the text of a query parameter is read. */
export type ParameterType = 'text' | 'uuid' | 'integer' | 'number' | 'boolean' | 'date';

type ParameterTypeOf<Value> = [Value] extends [string]
  ? 'text' | 'uuid'
  : [Value] extends [number | bigint]
    ? 'integer' | 'number'
    : [Value] extends [boolean]
      ? 'boolean'
      : 'date';

/** A class that shows a record to clients: takes what may be shown, and nothing else. */
export type ViewClass<Entity, View> = Type<View> & { of(record: Entity): View };

/** The verbs whose body is whole records. */
type FullRecordVerb = 'create' | 'update' | 'replace' | 'partialReplace';

/** A collection over HTTP: which verbs, which bodies, what can be asked for. Each verb demands the class of its body. */
export type RestControllerOptions<Entity extends Identified, View extends object> = Collection<Entity, View> &
  (ValidatingRecords | { readonly verbs: readonly Exclude<Verb, FullRecordVerb>[] }) &
  (ValidatingChanges | { readonly verbs: readonly Exclude<Verb, 'partialUpdate'>[] });

interface ValidatingRecords {
  /**
   * Validates a whole record: create, update, replace, partial replace. With a field `id`, clients may choose the id of a
   * new record; replace and partial replace demand one, to find the records that are there.
   */
  readonly body: Type<object>;
}

interface ValidatingChanges {
  /** Validates the changes of a partial update. */
  readonly changes: Type<object>;
}

interface Collection<Entity extends Identified, View extends object>
  extends Partial<ValidatingRecords>, Partial<ValidatingChanges> {
  /** What one of them is called in the document, in PascalCase: `Product`. */
  readonly name: string;
  readonly resource: abstract new (...dependencies: never[]) => CollectionResource<Entity>;
  readonly verbs: readonly Verb[];
  /** What an id is, `text` unless told. One that cannot be read so names no record: 404. */
  readonly id?: 'text' | 'uuid' | 'integer';
  readonly view: ViewClass<Entity, View>;
  /** The fields that no two records may share, for the document: without any it tells of no 409 for a body. */
  readonly unique?: readonly ScalarField<Entity>[];
  /** The fields that a list can be filtered by. */
  readonly filters?: {
    readonly [Field in ScalarField<Entity>]?: ParameterTypeOf<Exclude<Entity[Field], null | undefined>>;
  };
  /** The fields that a list can be ordered by. */
  readonly orders?: readonly ScalarField<Entity>[];
  /** Most records of a page, and how many it has unless `size` asks for fewer: 100 unless told. */
  readonly maxPageSize?: number;
}

/** What a list can be asked for, as its routes and its documentation read it. */
export interface QueryCapabilities {
  readonly filters: Readonly<Record<string, ParameterType>>;
  readonly orders: readonly string[];
  readonly maxPageSize: number;
}

export function queryCapabilitiesOf<Entity extends Identified, View extends object>({
  filters = {},
  orders = [],
  maxPageSize = 100,
}: RestControllerOptions<Entity, View>): QueryCapabilities {
  return { filters: filters as Record<string, ParameterType>, orders, maxPageSize };
}
