import { CodedError } from '../error/index.js';
import type { Limit } from './limit.js';

/** Something was done, or tried, as often as a limit allows. Names no key, which may be personal. */
export class LimitReachedError extends CodedError<'limit.reached'> {
  readonly code = 'limit.reached';

  /**
   * @param limit the one that is reached, as it stands
   * @param retryAfterSeconds whole seconds, at least 1
   */
  constructor(
    readonly limit: Pick<Limit, 'name' | 'max' | 'perMs'>,
    readonly retryAfterSeconds: number,
  ) {
    super(`The limit ${limit.name} is reached`);
  }
}

export type LimitErrorCode = LimitReachedError['code'];

/** Whole seconds until a moment in epoch milliseconds, at least 1. */
export const secondsUntil = (moment: number): number => Math.max(1, Math.ceil((moment - Date.now()) / 1_000));
