/** How one attempt at a unit of work ended; `again` when the database asks for another one. */
export type Attempt<Result> =
  { readonly result: Result } | { readonly error: unknown; readonly again: boolean };

/** Maximum number of retries when PostgreSQL asks for them. */
export const maxReruns = 5;

/** Grows with the number of reruns, and is random so that competitors spread. */
export const rerunDelayMs = (rerun: number): number => Math.random() * 10 * 2 ** rerun;
