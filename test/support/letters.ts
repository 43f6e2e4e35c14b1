import { SqlWorker } from '../../src/ddd/worker/index.js';
import { Clock, outboxEntities as entities, OutboxRepository } from '../../src/ddd/outbox/index.js';
import type { Recording } from '../../src/ddd/outbox/index.js';
import { AccountMessage } from '../../src/modules/notification/index.js';

export interface Letter {
  readonly text: string;
}

export const letterTopic = 'letter';
export const parcelTopic = 'parcel';

export class LetterRepository extends OutboxRepository<Letter> {
  protected readonly topic = letterTopic;

  record(text: string, options: string | Recording = {}): Promise<string> {
    return this.add({ text }, typeof options === 'string' ? { partitionKey: options } : options);
  }

  override cancel(key: string): Promise<boolean> {
    return super.cancel(key);
  }
}

class ParcelRepository extends OutboxRepository<Letter> {
  protected readonly topic = parcelTopic;

  record(text: string): Promise<string> {
    return this.add({ text });
  }
}

/** Records messages of two topics for tests of the outbox. */
export class PostWorker extends SqlWorker.with({ letter: LetterRepository, parcel: ParcelRepository }) {}

/** Of the outbox, and of the handlers of notifications. */
export const outboxEntities = [...entities, AccountMessage];

/** A clock whose wall time a test sets, and whose monotonic time a test may advance. */
export class TestClock extends Clock {
  shift = 0;
  waited = 0;

  /** @param standsAt epoch milliseconds at which the wall clock is stopped; by default it runs */
  constructor(private readonly standsAt?: number) {
    super();
  }

  override now(): number {
    return (this.standsAt ?? super.now()) + this.shift;
  }

  override elapsed(): number {
    return super.elapsed() + this.waited;
  }

  /** Advances both. */
  pass(milliseconds: number): void {
    this.shift += milliseconds;
    this.waited += milliseconds;
  }
}
