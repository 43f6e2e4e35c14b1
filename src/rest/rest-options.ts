import type { Type } from '@nestjs/common';
import type { ScalarField } from '../ddd/repository/index.js';
import type { CollectionResource, Identified } from '../ddd/resource/index.js';
import type { VerbAccess } from './verb-access.js';

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

/** What a route of the document does: `create` has two, one for one record and one for many. */
export type Operation = Verb | 'createMany';

/** How the text of a query parameter is read. */
export type ParameterType =
  'text' | 'uuid' | 'integer' | 'number' | 'boolean' | 'date' | 'day' | 'decimal' | 'enum';

type ParameterTypeOf<Value> = [Value] extends [string]
  ? 'text' | 'uuid' | 'day' | 'decimal' | 'enum'
  : [Value] extends [number | bigint]
    ? 'integer' | 'number'
    : [Value] extends [boolean]
      ? 'boolean'
      : 'date';

/** A class that shows a record to clients: it contains only the public fields. */
export type ViewClass<Entity, View> = Type<View> & { of(record: Entity): View };

/** The verbs whose body contains full records. */
type FullRecordVerb = 'create' | 'update' | 'replace' | 'partialReplace';

/**
 * A collection over HTTP: which verbs, who may use each, which bodies, and which filters and orders. Each verb requires
 * its access and the class of its body.
 */
export type RestControllerOptions<
  Entity extends Identified,
  View extends object,
  Declared extends Verb = Verb,
> = Collection<Entity, View, Declared> &
  (OwnedRecords<Entity, Declared> | SharedRecords<Declared>) &
  (ValidatingRecords | { readonly verbs: readonly Exclude<Verb, FullRecordVerb>[] }) &
  (ValidatingChanges | { readonly verbs: readonly Exclude<Verb, 'partialUpdate'>[] });

/** Who may use the declared verbs: each of them, or all alike. */
type AccessOf<Declared extends Verb, Owned extends boolean> =
  VerbAccess<Owned> | Readonly<Record<NoInfer<Declared>, VerbAccess<Owned>>>;

interface OwnedRecords<Entity, Declared extends Verb> {
  readonly access: AccessOf<Declared, true>;
  /** The field that holds the id of the account that owns a record. It is set from the session, and no body may have it. */
  readonly owner: ScalarField<Entity>;
}

interface SharedRecords<Declared extends Verb> {
  readonly access: AccessOf<Declared, false>;
  readonly owner?: undefined;
}

interface ValidatingRecords {
  /**
   * Validates a full record: create, update, replace, partial replace. With a field `id`, clients may choose the id of
   * a new record; replace and partial replace require one, to find existing records.
   */
  readonly body: Type<object>;
}

interface ValidatingChanges {
  /** Validates the changes of a partial update. */
  readonly changes: Type<object>;
}

interface Collection<Entity extends Identified, View extends object, Declared extends Verb>
  extends Partial<ValidatingRecords>, Partial<ValidatingChanges> {
  /** The name of one record in the document, in PascalCase: `Product`. */
  readonly name: string;
  /** The name of many, where it does not follow the rule: `People`. */
  readonly plural?: string;
  readonly resource: abstract new (...dependencies: never[]) => CollectionResource<Entity>;
  readonly verbs: readonly Declared[];
  /** The type of ids, `text` by default. An id that cannot be parsed belongs to no record: 404. */
  readonly id?: 'text' | 'uuid' | 'integer';
  readonly view: ViewClass<Entity, View>;
  /** The fields whose values no two records may share, for the document: without any it documents no 409 for a body. */
  readonly unique?: readonly ScalarField<Entity>[];
  /** Lets `create` take an `Idempotency-Key`: a repeat gets the same response and creates nothing. */
  readonly takesIdempotencyKey?: boolean;
  /** The fields that refer to a record elsewhere, which must exist: a 409 names one that does not. */
  readonly references?: readonly ScalarField<Entity>[];
  /** The fields that a list can be filtered by. */
  readonly filters?: {
    readonly [Field in ScalarField<Entity>]?: ParameterTypeOf<Exclude<Entity[Field], null | undefined>>;
  };
  /** The fields that a list can be ordered by. */
  readonly orders?: readonly ScalarField<Entity>[];
  /** Maximum page size, which is also the default size: 100 by default. */
  readonly maxPageSize?: number;
}

/** What a list supports, as its routes and its documentation read it. */
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
