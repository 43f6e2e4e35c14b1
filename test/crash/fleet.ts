import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from './chance.js';
import type { CrashOrder } from './crash-order.js';
import type { CrashingProcess } from './crashing-process.js';

/**
 * How one process must end: by its own order, or by a `kill -9` from outside this many milliseconds after its start.
 */
export type Ending =
  Exclude<CrashOrder, { kind: 'none' }> | { readonly kind: 'outside'; readonly after: number };

/** The name of the point at which a process ends. */
export function placeOf(ending: Exclude<Ending, { kind: 'outside' }>): string {
  switch (ending.kind) {
    case 'kill':
      return ending.point;
    case 'stall':
      return `stalled ${ending.point}`;
    case 'poisoned':
      return 'by a poisoned message';
    case 'purge':
      return 'during the purge';
    case 'requeue':
      return `${ending.when} the requeue is written`;
  }
}

/** How one process ended. Times are epoch milliseconds. */
export interface Death {
  readonly sender: string;
  /** The point where it happened, or `outside`. */
  readonly where: string;
  readonly stalledAt?: number | undefined;
  readonly killedAt: number;
}

/** How long a process may take to reach the point of its order. */
const maxWayToPointMs = 30_000;
const timesTried = 3;

export interface FleetOptions {
  readonly concurrentProcesses: number;
  /** The duration of a lease. */
  readonly lease: number;
  readonly chance: Chance;
  readonly note: (death: Death) => void;
}

/** Processes that replace each other. Each lane keeps one running, and has the next one loaded in advance. */
export class Fleet {
  readonly #running = new Set<CrashingProcess>();
  readonly #asleep: Promise<void>[] = [];
  readonly #loaded: CrashingProcess[];

  constructor(
    private readonly load: () => CrashingProcess,
    private readonly options: FleetOptions,
  ) {
    this.#loaded = Array.from({ length: options.concurrentProcesses }, load);
  }

  /** Lets processes die until every order has been executed. */
  async endAll(endings: readonly Ending[]): Promise<void> {
    const left = endings.map((ending) => ({ ending, tries: 0 }));
    const consumer = async () => {
      for (let next = left.shift(); next; next = left.shift()) {
        const happened = await this.#end(next.ending);
        if (!happened && ++next.tries < timesTried) left.push(next);
      }
    };
    await Promise.all(Array.from({ length: this.options.concurrentProcesses }, consumer));
    await Promise.all(this.#asleep);
  }

  /** Runs a process without an order to die in each lane. */
  async run(order: CrashOrder = { kind: 'none' }): Promise<CrashingProcess[]> {
    const processes = Array.from({ length: this.options.concurrentProcesses }, () => this.#take());
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
    await Promise.all([...this.#running, ...this.#loaded].map((process) => process.kill()));
  }

  /** @returns whether it ended as ordered */
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
        if (!(await process.until(() => process.stalledAt !== undefined, maxWayToPointMs))) break;
        this.#asleep.push(this.#wakeLate(process, placeOf(ending)));
        return true;
      case 'kill':
      case 'poisoned':
      case 'purge':
      case 'requeue':
        await process.until(() => false, maxWayToPointMs);
        if (process.isRunning) break;
        await this.#kill(process, placeOf(ending));
        return true;
    }
    await this.#kill(process, 'outside');
    return false;
  }

  /** A suspended process continues when its lease has expired and another process has replaced it. */
  async #wakeLate(process: CrashingProcess, where: string): Promise<void> {
    const { lease, chance } = this.options;
    await pause(1.5 * lease + chance.upTo(lease));
    process.signal('SIGCONT');
    await pause(lease / 2);
    await this.#kill(process, where);
  }

  async #kill(process: CrashingProcess, where: string): Promise<void> {
    await process.kill();
    this.#running.delete(process);
    if (process.killedAt === undefined)
      throw new Error(`${process.sender} ended by itself with code ${process.exitCode}: ${process.output}`);
    const { sender, stalledAt, killedAt } = process;
    this.options.note({ sender, where, stalledAt, killedAt });
  }

  #take(): CrashingProcess {
    const process = this.#loaded.shift() ?? this.load();
    this.#loaded.push(this.load());
    return process;
  }
}
