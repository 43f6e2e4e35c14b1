import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from './chance.js';
import type { CrashOrder } from './crash-order.js';
import { CrashingProcess, type ProcessStart } from './crashing-process.js';

/** How one process is to end: by its own order, or by a `kill -9` from outside this many milliseconds after its begin. */
export type Ending =
  Exclude<CrashOrder, { kind: 'none' }> | { readonly kind: 'outside'; readonly after: number };

/** How one process did end. Moments are epoch milliseconds. */
export interface Death {
  readonly sender: string;
  /** The point where it happened, or `outside`. */
  readonly where: string;
  readonly stalledAt?: number | undefined;
  readonly killedAt: number;
}

/** Milliseconds that a process may take to come to the point of its order. */
const longestWayToPoint = 30_000;
const timesTried = 3;

/** The processes of one installation. Each lane keeps one running, and has the next one loaded beforehand. */
export class Fleet {
  readonly deaths: Death[] = [];
  readonly processes: CrashingProcess[] = [];
  readonly #running = new Set<CrashingProcess>();
  readonly #asleep: Promise<void>[] = [];
  #loaded: CrashingProcess[];

  constructor(
    private readonly start: ProcessStart,
    private readonly lanes: number,
    /** Milliseconds that a claim holds. */
    private readonly lease: number,
    private readonly chance: Chance,
  ) {
    this.#loaded = Array.from({ length: lanes }, () => this.#load());
  }

  get urls(): string[] {
    return [...this.#running].flatMap(({ url, isRunning }) => (url && isRunning ? [url] : []));
  }

  /** Lets processes die until every ending has happened. */
  async endAll(endings: readonly Ending[]): Promise<void> {
    const left = endings.map((ending) => ({ ending, tries: 0 }));
    const lane = async () => {
      for (let next = left.shift(); next; next = left.shift()) {
        const happened = await this.#end(next.ending);
        if (!happened && ++next.tries < timesTried) left.push(next);
      }
    };
    await Promise.all(Array.from({ length: this.lanes }, lane));
    await Promise.all(this.#asleep);
  }

  /** Runs a process in each lane that is not told to die. */
  async run(order: CrashOrder = { kind: 'none' }): Promise<CrashingProcess[]> {
    const processes = Array.from({ length: this.lanes }, () => this.#take());
    for (const process of processes) {
      await process.begin(order);
      this.#running.add(process);
    }
    await Promise.all(processes.map((process) => process.listens()));
    return processes;
  }

  /** Stops the running processes as an operator does. @returns those that did not end with code 0 */
  async stop(): Promise<string[]> {
    const stopped = [...this.#running];
    this.#running.clear();
    for (const process of stopped) process.signal('SIGTERM');
    await Promise.all(stopped.map((process) => process.until(() => false, 20_000)));
    return stopped.filter(({ exitCode }) => exitCode !== 0).map(({ sender }) => sender);
  }

  /** Ends everything at once. */
  async destroy(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.kill()));
  }

  /** @returns whether it ended as told */
  async #end(ending: Ending): Promise<boolean> {
    const process = this.#take();
    this.#running.add(process);
    await process.begin(ending.kind === 'outside' ? { kind: 'none' } : ending);
    switch (ending.kind) {
      case 'outside':
        await process.until(() => false, ending.after);
        await this.#kill(process, 'outside');
        return true;
      case 'stall':
        if (!(await process.until(() => process.stalledAt !== undefined, longestWayToPoint))) break;
        this.#asleep.push(this.#wakeLate(process, `stalled ${ending.point}`));
        return true;
      case 'kill':
      case 'poisoned':
      case 'purge':
        await process.until(() => false, longestWayToPoint);
        if (process.isRunning) break;
        await this.#kill(process, ending.kind === 'kill' ? ending.point : ending.kind);
        return process.killedAt !== undefined;
    }
    await this.#kill(process, 'outside');
    return false;
  }

  /** A stopped process goes on when its lease has run out and another has taken its place. */
  async #wakeLate(process: CrashingProcess, where: string): Promise<void> {
    await pause(1.5 * this.lease + this.chance.upTo(this.lease));
    process.signal('SIGCONT');
    await pause(this.lease / 2);
    await this.#kill(process, where);
  }

  async #kill(process: CrashingProcess, where: string): Promise<void> {
    await process.kill();
    this.#running.delete(process);
    if (process.killedAt === undefined)
      throw new Error(`${process.sender} ended by itself with code ${process.exitCode}: ${process.output}`);
    const { sender, stalledAt, killedAt } = process;
    this.deaths.push({ sender, where, stalledAt, killedAt });
  }

  #take(): CrashingProcess {
    const process = this.#loaded.shift() ?? this.#load();
    this.#loaded.push(this.#load());
    return process;
  }

  #load(): CrashingProcess {
    const process = new CrashingProcess(`process-${this.processes.length + 1}`, this.start);
    this.processes.push(process);
    return process;
  }
}
