/** How often something may be done for one key: at most `max` times in a window, which opens with the first. */
export interface Limit {
  /** Names the limit in headers, metrics and the database: `exports`. */
  readonly name: string;
  readonly max: number;
  /** Length of the window in milliseconds. */
  readonly perMs: number;
  /**
   * Where it is counted: in the memory of this process, the default, or in the database, where all processes share it and
   * a restart keeps it.
   */
  readonly store?: 'memory' | 'database';
}

/** Who is counted. The first part of a list is the owner: `DatabaseCountStore.forget` deletes every count of an owner. */
export type LimitKey = string | readonly [owner: string, ...parts: string[]];

export const partsOf = (key: LimitKey): readonly string[] => (typeof key === 'string' ? [key] : key);

export const textOf = (key: LimitKey): string => partsOf(key).join('\n');

/** @throws TypeError for a limit that would not work */
export function assertLimit({ name, max, perMs }: Limit): void {
  assertLimitName(name);
  if (!Number.isSafeInteger(max) || max < 1)
    throw new TypeError(
      `The limit ${name} has max ${max}: give a whole number from 1, or do not declare the limit`,
    );
  if (!Number.isSafeInteger(perMs) || perMs < 1_000)
    throw new TypeError(
      `The limit ${name} has perMs ${perMs}: give a whole number of at least 1000 milliseconds`,
    );
}

/** @throws TypeError */
export function assertLimitName(name: string): void {
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name))
    throw new TypeError(
      `The limit name ${name} is invalid: use a lower-case letter, then up to 39 lower-case letters, digits or hyphens, as in exports`,
    );
}
