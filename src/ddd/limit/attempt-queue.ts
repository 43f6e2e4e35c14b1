import { KeyedMutex } from './keyed-mutex.js';

/** How long an attempt waits for those in flight, from when something last happened to one of them. */
const patienceMs = 2_000;
/** The longest that it waits, even while others of its key proceed. */
const maxPatienceMs = 10_000;
/** How often it checks whether attempts of other processes have ended. */
const pollMs = 20;

/** Limits how many attempts wait, where each that proceeds needs a scarce resource. */
export interface WaitLimiter {
  /**
   * @param waiting how many are waiting already, of all keys
   * @returns `flood` when only `slots` of the waiting attempts may stay
   */
  admits(waiting: number): 'admitted' | 'refused' | 'flood';
  readonly slots: number;
  /** Called for an attempt that may not wait. */
  reject(): Promise<never>;
}

interface Queue {
  waiting: number;
  /** When an attempt of this key was last seen to begin or end, in `performance.now()`. */
  movedAt: number;
  pendingSince: number | undefined;
  wake: (() => void) | undefined;
}

/** An attempt that waits behind others of its key. */
interface Waiting {
  readonly queue: Queue;
  mayWait: boolean;
  readonly leave: () => void;
}

/** Starts the attempts of this process: those of one key one after another, in the order of arrival. */
export class AttemptQueue {
  readonly #entrance = new KeyedMutex();
  readonly #queues = new Map<string, Queue>();
  readonly #waiting = new Set<Waiting>();

  constructor(private readonly limiter?: WaitLimiter) {}

  /**
   * Tries to enter until the outcome is final, or it has waited long enough.
   * @param enter returns since when the attempts in flight have not changed; undefined once the outcome is final
   */
  async pass(id: string, enter: () => Promise<number | undefined>): Promise<void> {
    const arrivedAt = performance.now();
    const queue = this.#queues.get(id) ?? {
      waiting: 0,
      movedAt: 0,
      pendingSince: undefined,
      wake: undefined,
    };
    this.#queues.set(id, queue);
    queue.waiting++;
    try {
      if (queue.waiting === 1 || !this.limiter)
        await this.#entrance.run(id, () => this.#enter(queue, arrivedAt, enter));
      else await this.#wait(id, queue, this.limiter, () => this.#enter(queue, arrivedAt, enter));
    } finally {
      if (!--queue.waiting) this.#queues.delete(id);
    }
  }

  /**
   * To be called when an attempt has ended: the one that waits for it checks immediately. After a success, the attempts
   * that may not wait leave. They are kept until then, because attempts that get refused need nothing scarce.
   */
  notify(id: string, hasSucceeded: boolean): void {
    const queue = this.#queues.get(id);
    queue?.wake?.();
    if (queue && hasSucceeded)
      for (const waiting of this.#waiting) if (waiting.queue === queue && !waiting.mayWait) waiting.leave();
  }

  async #wait(id: string, queue: Queue, limiter: WaitLimiter, enter: () => Promise<void>): Promise<void> {
    let waiting: Waiting | undefined;
    let hasLeft = false;
    const left = new Promise<'left'>((resolve) => {
      const leave = () => {
        hasLeft = true;
        resolve('left');
      };
      waiting = { queue, mayWait: this.#mayWait(limiter), leave };
      this.#waiting.add(waiting);
    });
    const entered = this.#entrance.run(id, async () => {
      if (waiting) this.#waiting.delete(waiting);
      if (!hasLeft) await enter();
    });
    if ((await Promise.race([entered, left])) !== 'left') return;
    if (waiting) this.#waiting.delete(waiting);
    await limiter.reject();
  }

  #mayWait(limiter: WaitLimiter): boolean {
    const admitted = [...this.#waiting].filter(({ mayWait }) => mayWait);
    const verdict = limiter.admits(admitted.length);
    if (verdict === 'flood') for (const last of admitted.slice(limiter.slots)) last.mayWait = false;
    return verdict === 'admitted';
  }

  async #enter(queue: Queue, arrivedAt: number, enter: () => Promise<number | undefined>): Promise<void> {
    for (;;) {
      const pendingSince = await enter();
      if (pendingSince !== queue.pendingSince) queue.movedAt = performance.now();
      queue.pendingSince = pendingSince;
      if (pendingSince === undefined) return;
      const waitsUntil = Math.min(Math.max(arrivedAt, queue.movedAt) + patienceMs, arrivedAt + maxPatienceMs);
      if (performance.now() >= waitsUntil) return;
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
