import type { ValueTransformer } from 'typeorm';
import { ApplyValueTransformers } from 'typeorm/util/ApplyValueTransformers.js';
import { InvalidValueError } from '../repository.errors.js';
import { ColumnValueError } from './column-type.js';
import type { ColumnType, Position, Stored } from './column-type.js';
import { columnTypeOf, typeName } from './column-types.js';
import type { ColumnDeclaration } from './column-types.js';

export interface StoredColumnOptions extends ColumnDeclaration {
  /** The name of the entity. */
  readonly entity: string;
  /** The name of the table. */
  readonly resource: string;
  /** The path of the property: `size.width` for an embedded object. */
  readonly field: string;
  readonly transformer?: ValueTransformer | ValueTransformer[];
}

/** A column of an entity: what it keeps of its field's values, after the transformers. */
export class StoredColumn {
  readonly field: string;
  readonly type: ColumnType;

  /** @throws TypeError for a type that no repository keeps; `assertSupported` explains it */
  constructor(private readonly options: StoredColumnOptions) {
    this.field = options.field;
    const type = columnTypeOf(options);
    if (!type) throw new TypeError(`${options.entity}.${options.field} is a ${typeName(options)}`);
    this.type = type;
  }

  /** @throws InvalidValueError for a value that would not be read back as it was given */
  store(value: unknown): Stored | null {
    return this.#checked(() => {
      const given = this.#given(value);
      return given === null || given === undefined ? null : this.type.store(given);
    });
  }

  /** Bypasses the transformers: what the database itself would write. */
  storePlain(value: unknown): Stored {
    return this.#checked(() => this.type.store(value));
  }

  /** Locates a filter's value; null for one that stands for an empty field. @throws InvalidValueError */
  locate(value: unknown): Position | null {
    return this.#checked(() => {
      const given = this.#given(value);
      return given === null || given === undefined ? null : this.type.locate(given);
    });
  }

  /** The value for the entity's field. */
  read(stored: Stored | null): unknown {
    const { transformer } = this.options;
    const value = stored === null ? null : this.type.read(stored);
    return transformer ? (ApplyValueTransformers.transformFrom(transformer, value) as unknown) : value;
  }

  invalid(reason: string): InvalidValueError {
    return new InvalidValueError(this.options.resource, this.field, reason);
  }

  #given(value: unknown): unknown {
    const { transformer } = this.options;
    return transformer ? (ApplyValueTransformers.transformTo(transformer, value) as unknown) : value;
  }

  #checked<Result>(work: () => Result): Result {
    try {
      return work();
    } catch (error) {
      throw error instanceof ColumnValueError ? this.invalid(error.message) : error;
    }
  }
}
