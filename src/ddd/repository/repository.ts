/** Fields that a record must equal; null asks for an empty field. A field given as undefined is refused. */
export type Filter<Entity> = { readonly [Field in keyof Entity]?: Entity[Field] | null };

export type Order<Entity> = { readonly [Field in keyof Entity]?: 'asc' | 'desc' };

export interface ListOptions<Entity> {
  readonly order?: Order<Entity>;
  /** Most records to give, 100 unless told. */
  readonly limit?: number;
  /** Records to pass over. */
  readonly offset?: number;
}

/** The vocabulary that every repository speaks, whatever is behind it. */
export abstract class Repository<Entity extends object> {
  /** Stores a new record. @throws AlreadyExistsError, IntegrityError */
  abstract create(record: Entity): Promise<Entity>;

  /** The one record that matches. @throws NotFoundError, MultipleRecordsError */
  abstract retrieve(filter: Filter<Entity>): Promise<Entity>;

  /** The one record that matches, or null. @throws MultipleRecordsError */
  abstract find(filter: Filter<Entity>): Promise<Entity | null>;

  /** Changes every record that matches; tells how many. @throws UnfilteredWriteError without a filter */
  abstract update(changes: Partial<Entity>, filter: Filter<Entity>): Promise<number>;

  /** Changes every record there is; tells how many. */
  abstract updateAll(changes: Partial<Entity>): Promise<number>;

  /** Removes the one record that matches. @throws NotFoundError, MultipleRecordsError */
  abstract delete(filter: Filter<Entity>): Promise<void>;

  /** The records that match, in the order asked for. */
  abstract list(filter?: Filter<Entity>, options?: ListOptions<Entity>): Promise<Entity[]>;

  /** How many records match. */
  abstract count(filter?: Filter<Entity>): Promise<number>;

  /** Removes every record that matches; tells how many. @throws UnfilteredWriteError without a filter */
  abstract drop(filter: Filter<Entity>): Promise<number>;

  /** Removes every record there is; tells how many. */
  abstract dropAll(): Promise<number>;
}
