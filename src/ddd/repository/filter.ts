/** The values that a field can be compared with. */
export type Scalar = string | number | bigint | boolean | Date;

type Present<Value> = Exclude<Value, null | undefined>;

/** The fields that can be filtered and ordered by: those that hold one plain value. */
export type ScalarField<Entity> = {
  [Field in keyof Entity]-?: Present<Entity[Field]> extends Scalar ? Field : never;
}[keyof Entity] &
  string;

interface Equality<Value> {
  readonly eq?: Value | null;
  /** Every record that `eq` leaves out, including those with an empty field. */
  readonly ne?: Value | null;
  /** One of these values; an empty list matches nothing. Any length, except over HTTP. */
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

/** Without wildcards; an empty field has no text. */
interface TextSearch {
  readonly contains?: string;
  readonly startsWith?: string;
  readonly endsWith?: string;
  /**
   * Ignoring case as Unicode folds it, one character to one, the same on every backend: ä is Ä, but ß is not ss. Of at
   * most 1,000 characters.
   */
  readonly eqIgnoreCase?: string;
  readonly containsIgnoreCase?: string;
  readonly startsWithIgnoreCase?: string;
  readonly endsWithIgnoreCase?: string;
}

/** The operators for a field of this type. All given operators must hold. */
export type Operators<Value> = Equality<Value> &
  ([Value] extends [boolean] ? unknown : Comparison<Value>) &
  ([Value] extends [string] ? TextSearch : unknown);

/**
 * The conditions that a record must fulfill, all of them: a value that a field must equal, null for an empty field, or
 * operators. A field given as undefined is refused.
 */
export type Filter<Entity> = FieldFilter<Entity> & NestedFilters<Entity>;

type FieldFilter<Entity> = {
  readonly [Field in ScalarField<Entity>]?: Entity[Field] | null | Operators<Present<Entity[Field]>>;
};

/** At most 5 deep, with at most 100 conditions together. */
interface NestedFilters<Entity> {
  /** At least one of these must match; an empty list matches nothing. */
  readonly or?: readonly Filter<Entity>[];
  /** Every record that this leaves out, including those with an empty field. */
  readonly not?: Filter<Entity>;
}

/** Fields in order of precedence. Empty values come last in ascending order, and first in descending order. */
export type Order<Entity> = { readonly [Field in ScalarField<Entity>]?: 'asc' | 'desc' };
