import { KeyedMutex } from './keyed-mutex.js';

/** How long an attempt waits for those in flight, from when something last happened to one of them. */
const patienceMs = 2_000;
/** How long it waits at most, however many go on before it. */
const maxPatienceMs = 10_000;
/** How often it looks for attempts of other processes that have ended. */
const pollMs = 20;

/** Says how many attempts may wait, where those that go on need something scarce. */
export interface WaitingRoom {
  /**
   * @param waiting how many wait already, of all keys
   * @returns `flood` when of those that wait only `slots` may stay
   */
  admits(waiting: number): 'admitted' | 'refused' | 'flood';
  readonly slots: number;
  /** Rejects for one that found no room. */
  reject(): Promise<never>;
}

interface Queue {
  waiting: number;
  /** When something was last seen to happen to attempts of this key, in `performance.now()`. */
  movedAt: number;
  pendingSince: number | undefined;
  wake: (() => void) | undefined;
}

/** One that waits behind others of its key. */
interface Waiting {
  readonly queue: Queue;
  hasRoom: boolean;
  readonly leave: () => void;
}

/** Where attempts of this process begin: those of one key one after another, in their order. */
export class AttemptQueue {
  readonly #entrance = new KeyedMutex();
  readonly #queues = new Map<string, Queue>();
  readonly #waiting = new Set<Waiting>();

  constructor(private readonly room?: WaitingRoom) {}

  /**
   * Tries to enter until the answer is final, or the patience is over.
   * @param enter returns since when the attempts in flight have not changed; undefined once the answer is final
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
      if (queue.waiting === 1 || !this.room)
        await this.#entrance.run(id, () => this.#enter(queue, arrivedAt, enter));
      else await this.#wait(id, queue, this.room, () => this.#enter(queue, arrivedAt, enter));
    } finally {
      if (!--queue.waiting) this.#queues.delete(id);
    }
  }

  /**
   * Call it when an attempt has ended: one that waits for it looks at once. After a success those leave that found no
   * room; before one it is not known whether they would go on, and an attempt that is refused needs no room.
   */
  notify(id: string, hasSucceeded: boolean): void {
    const queue = this.#queues.get(id);
    queue?.wake?.();
    if (queue && hasSucceeded)
      for (const waiting of this.#waiting) if (waiting.queue === queue && !waiting.hasRoom) waiting.leave();
  }

  async #wait(id: string, queue: Queue, room: WaitingRoom, enter: () => Promise<void>): Promise<void> {
    let waiting: Waiting | undefined;
    let hasLeft = false;
    const left = new Promise<'left'>((resolve) => {
      const leave = () => {
        hasLeft = true;
        resolve('left');
      };
      waiting = { queue, hasRoom: this.#hasRoom(room), leave };
      this.#waiting.add(waiting);
    });
    const entered = this.#entrance.run(id, async () => {
      if (waiting) this.#waiting.delete(waiting);
      if (!hasLeft) await enter();
    });
    if ((await Promise.race([entered, left])) !== 'left') return;
    if (waiting) this.#waiting.delete(waiting);
    await room.reject();
  }

  #hasRoom(room: WaitingRoom): boolean {
    const inRoom = [...this.#waiting].filter(({ hasRoom }) => hasRoom);
    const answer = room.admits(inRoom.length);
    if (answer === 'flood') for (const last of inRoom.slice(room.slots)) last.hasRoom = false;
    return answer === 'admitted';
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
