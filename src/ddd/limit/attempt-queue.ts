import type { Decision } from './count.js';
import { KeyedMutex } from './keyed-mutex.js';

/** How long an attempt waits for those in flight while none of them ends. */
const patienceMs = 2_000;
/** How often it checks whether attempts of other processes have ended. */
const pollMs = 20;

/** Limits how many attempts wait, where each that proceeds needs a slot of a scarce resource. */
export interface SlotLimiter {
  /**
   * @param reserved how many slots are reserved already
   * @returns `flood` when only `availableSlots` of those may stay reserved
   */
  judge(reserved: number): 'admitted' | 'refused' | 'flood';
  readonly availableSlots: number;
  /** Called for an attempt that gets no slot. */
  reject(): Promise<never>;
}

const unlimitedSlots: SlotLimiter = {
  judge: () => 'admitted',
  availableSlots: Infinity,
  reject: () => Promise.reject(new Error('Every attempt has a slot')),
};

/** The attempts of one key. */
interface KeyQueue {
  length: number;
  /** When an attempt of this key was last seen to begin or end, in `performance.now()`. */
  movedAt: number;
  pendingSince: number | undefined;
  wake: (() => void) | undefined;
  readonly withoutSlot: Set<WaitingAttempt>;
}

/** An attempt that waits behind others of its key. */
interface WaitingAttempt {
  readonly queue: KeyQueue;
  readonly leave: () => void;
}

/** Starts the attempts of this process: those of one key one after another, in the order of arrival. */
export class AttemptQueue {
  readonly #entrance = new KeyedMutex();
  readonly #queues = new Map<string, KeyQueue>();
  /** In the order of their arrival. */
  readonly #withSlot = new Set<WaitingAttempt>();
  #waiting = 0;

  /** @param maxWaiting how many attempts may wait behind others of their key, of all keys together */
  constructor(
    private readonly maxWaiting: number,
    private readonly slots: SlotLimiter = unlimitedSlots,
  ) {}

  /**
   * Decides about an attempt when its turn comes, and again as long as attempts in flight may change the decision.
   * @returns undefined when too many attempts wait already
   */
  async pass(key: string, decide: () => Promise<Decision>): Promise<Decision | undefined> {
    const arrivedAt = performance.now();
    const queue = this.#queueOf(key);
    if (queue.length && this.#waiting >= this.maxWaiting) return undefined;
    queue.length++;
    try {
      const takeTurn = () => this.#decide(queue, arrivedAt, decide);
      return await (queue.length === 1
        ? this.#entrance.run(key, takeTurn)
        : this.#wait(key, queue, takeTurn));
    } finally {
      if (!--queue.length) this.#queues.delete(key);
    }
  }

  /**
   * To be called when an attempt has ended: the one that waits for it checks immediately. After a success, the attempts
   * without a slot leave. They are kept until then, because attempts that get refused need none.
   */
  notify(key: string, hasSucceeded: boolean): void {
    const queue = this.#queues.get(key);
    queue?.wake?.();
    if (!queue || !hasSucceeded) return;
    for (const { leave } of queue.withoutSlot) leave();
    queue.withoutSlot.clear();
  }

  #queueOf(key: string): KeyQueue {
    const known = this.#queues.get(key);
    if (known) return known;
    const queue: KeyQueue = {
      length: 0,
      movedAt: 0,
      pendingSince: undefined,
      wake: undefined,
      withoutSlot: new Set(),
    };
    this.#queues.set(key, queue);
    return queue;
  }

  async #wait(key: string, queue: KeyQueue, takeTurn: () => Promise<Decision>): Promise<Decision> {
    let leave!: () => void;
    const left = new Promise<'left'>((resolve) => (leave = () => resolve('left')));
    const waiting = { queue, leave };
    this.#waiting++;
    this.#reserveSlot(waiting);
    const turn = this.#entrance.run<Decision | 'left'>(key, () => {
      const isWaiting = this.#withSlot.delete(waiting) || queue.withoutSlot.delete(waiting);
      return isWaiting ? takeTurn() : left;
    });
    try {
      const outcome = await Promise.race([turn, left]);
      return outcome === 'left' ? await this.slots.reject() : outcome;
    } finally {
      this.#waiting--;
    }
  }

  #reserveSlot(waiting: WaitingAttempt): void {
    const verdict = this.slots.judge(this.#withSlot.size);
    if (verdict === 'flood') this.#releaseExcessSlots(this.slots.availableSlots);
    if (verdict === 'admitted') this.#withSlot.add(waiting);
    else waiting.queue.withoutSlot.add(waiting);
  }

  /** Those that arrived last lose theirs. */
  #releaseExcessSlots(available: number): void {
    let position = 0;
    for (const waiting of this.#withSlot) {
      if (++position <= available) continue;
      this.#withSlot.delete(waiting);
      waiting.queue.withoutSlot.add(waiting);
    }
  }

  async #decide(queue: KeyQueue, arrivedAt: number, decide: () => Promise<Decision>): Promise<Decision> {
    for (;;) {
      const decision = await decide();
      const pendingSince = decision.isAllowed ? undefined : decision.pendingSince;
      if (pendingSince !== queue.pendingSince) queue.movedAt = performance.now();
      queue.pendingSince = pendingSince;
      if (pendingSince === undefined) return decision;
      if (performance.now() >= Math.max(arrivedAt, queue.movedAt) + patienceMs) return decision;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, pollMs);
        queue.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      queue.wake = undefined;
    }
  }
}
