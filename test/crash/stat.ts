/** One line of the result: a count, and its expected value where it is known. */
export interface Stat {
  readonly name: string;
  readonly value: number | string;
  readonly expected?: number | string;
  /** Examples of unexpected values. */
  readonly examples?: readonly (string | number)[];
}

export const isViolation = ({ value, expected }: Stat) => expected !== undefined && value !== expected;

/** Offenders, of which there must be none. */
export const none = (name: string, offenders: readonly (string | number)[]): Stat => ({
  name,
  value: offenders.length,
  expected: 0,
  examples: offenders.slice(0, 3),
});
