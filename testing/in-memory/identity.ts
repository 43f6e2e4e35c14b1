import type { Stored, StoredColumn } from '../../src/ddd/repository/index.js';

/** Equal for equal values, such as decimals with different trailing zeros. */
export const identity = (value: Stored, { type }: StoredColumn): Stored =>
  type.kind === 'decimal'
    ? String(value)
        .replace(/(\.\d*?)0+$/, '$1')
        .replace(/\.$/, '')
    : value;
