import { Injectable } from '@nestjs/common';
import { AttemptLimit, DatabaseCountStore, FailoverCountStore } from '../../ddd/limit/index.js';
import type { LimitKey, SlotLimiter, Success } from '../../ddd/limit/index.js';
import { minuteMs } from '../../ddd/timing/index.js';
import type { OpenUnit } from '../../ddd/worker/index.js';
import { HashLimiter } from './password/hash-limiter.js';
import { UserNotFoundError, WrongPasswordError } from './user.errors.js';

/** The name of the limit. */
export const guessLimit = 'guesses';

/** NIST SP 800-63B-4 allows no more than 100 failures in a row. */
const rules = { freeFailures: 5, firstWaitMs: 1_000, maxWaitMs: 15 * minuteMs, maxFailures: 100 };
/** More than one burst of right sign-ins, and few enough to hold in memory. */
const maxWaiting = 1_000;

/**
 * Limits how often the password of one account is guessed, whether it exists or not (ADR 40). Guesses are counted in the
 * database, before the hash.
 */
@Injectable()
export class Guesses {
  readonly #limit: AttemptLimit;

  constructor(
    private readonly counts: DatabaseCountStore,
    hashes: HashLimiter,
  ) {
    this.#limit = new AttemptLimit(new FailoverCountStore(counts), {
      name: guessLimit,
      ...rules,
      maxWaiting,
      slots: hashSlotsOf(hashes),
    });
  }

  /**
   * @param email in its canonical form
   * @param device a device of the account, which is counted apart
   * @param check throws UserNotFoundError or WrongPasswordError for a wrong guess
   * @throws LimitReachedError after too many; HashingSaturatedError when too many wait; and whatever `check` throws
   */
  check<Result>(
    email: string,
    device: string | undefined,
    check: () => Promise<Result>,
  ): Promise<Success<Result>> {
    return this.#limit.run(keyOf(email, device), check, isWrongGuess);
  }

  /** Forgets the guesses at an account, in a unit of work: its person has proved who they are by other means. */
  async forget(email: string, unit: OpenUnit): Promise<void> {
    await this.counts.within(unit).forget(guessLimit, email);
  }
}

const keyOf = (email: string, device: string | undefined): LimitKey =>
  device === undefined ? email : [email, device];

/** Attempts that wait for others of their account are hashed afterwards, so they reserve slots for a hash. */
const hashSlotsOf = (hashes: HashLimiter): SlotLimiter => ({
  judge: (reserved) => hashes.judgeReservation(reserved),
  get availableSlots() {
    return hashes.availableReservations;
  },
  reject: () => hashes.reject(),
});

const isWrongGuess = (error: unknown) =>
  error instanceof UserNotFoundError || error instanceof WrongPasswordError;
