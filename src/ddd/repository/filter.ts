/** What a field can be compared as. */
export type Scalar = string | number | bigint | boolean | Date;

type Present<Value> = Exclude<Value, null | undefined>;

/** The fields that can be filtered and ordered by: those that hold one plain value. */
export type ScalarField<Entity> = {
  [Field in keyof Entity]-?: Present<Entity[Field]> extends Scalar ? Field : never;
}[keyof Entity] &
  string;

interface Equality<Value> {
  readonly eq?: Value | null;
  /** Every record that `eq` leaves out, those with an empty field among them. */
  readonly ne?: Value | null;
  /** One of these; of none at all when the list is empty. Any length, but over HTTP. */
  readonly in?: readonly Value[];
  readonly isNull?: boolean;
}

/** Text is compared by code point; an empty field is neither less nor greater than anything. */
interface Comparison<Value> {
  readonly gt?: Value;
  readonly gte?: Value;
  readonly lt?: Value;
  readonly lte?: Value;
}

/** Case counts, and no character is a wildcard. */
interface TextSearch {
  readonly contains?: string;
  readonly startsWith?: string;
}

/** The operators that suit a field of this type. All that are given must hold. */
export type Operators<Value> = Equality<Value> &
  ([Value] extends [boolean] ? unknown : Comparison<Value>) &
  ([Value] extends [string] ? TextSearch : unknown);

/**
 * What a record must fulfil, all of it: a value that a field must equal, null for an empty field, or operators.
 * A field given as undefined is refused.
 */
export type Filter<Entity> = {
  readonly [Field in ScalarField<Entity>]?: Entity[Field] | null | Operators<Present<Entity[Field]>>;
};

/** Fields in the order of their weight. Empty ones come last going up, and first going down. */
export type Order<Entity> = { readonly [Field in ScalarField<Entity>]?: 'asc' | 'desc' };
