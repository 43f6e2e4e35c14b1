import type { ColumnOptions } from 'typeorm';

/** A moment as epoch milliseconds, which mean the same on every database and in every time zone. */
export const epoch = (name: string, options: ColumnOptions = {}): ColumnOptions => ({
  ...options,
  name,
  type: 'bigint',
  // PostgreSQL's driver gives a bigint as text.
  transformer: {
    to: (value: unknown) => value,
    from: (value: unknown) => (value === null || value === undefined ? value : Number(value)),
  },
});
