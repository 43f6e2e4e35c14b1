import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import type { CrashOrder, CrashReport } from './crash-order.js';

export interface ProcessStart {
  /** The compiled crashing-program.js. */
  readonly program: string;
  readonly folder: string;
  readonly variables: NodeJS.ProcessEnv;
  /** The program to run instead of the API, with its arguments. */
  readonly command?: readonly string[];
}

/** Generous, because the machine may be busy. */
const maxStartMs = 60_000;
const keptOutput = 20_000;

/** One process of the API, as the suite sees it from outside. */
export class CrashingProcess {
  readonly reports: CrashReport[] = [];
  /** When a signal ended it, as epoch milliseconds. */
  killedAt: number | undefined;
  stalledAt: number | undefined;
  output = '';
  readonly ended: Promise<void>;
  private readonly child: ChildProcess;
  private readonly ready: Promise<unknown>;

  constructor(
    readonly sender: string,
    { program, folder, variables, command = [] }: ProcessStart,
  ) {
    const { PATH } = process.env;
    this.child = fork(program, [sender, ...command], {
      cwd: folder,
      env: { PATH, ...variables },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.child.on('message', (report: CrashReport) => {
      this.reports.push(report);
      if (report.kind === 'stalling') this.stalledAt = Date.now();
    });
    this.ready = once(this.child, 'message').catch(() => undefined);
    this.ended = new Promise((resolve) => {
      this.child.once('exit', (_code, signal) => {
        if (signal === 'SIGKILL') this.killedAt = Date.now();
        resolve();
      });
    });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on(
        'data',
        (text: Buffer) => (this.output = (this.output + text.toString()).slice(-keptOutput)),
      );
  }

  get pid(): number {
    return this.child.pid!;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** Where it listens; undefined until it does. */
  get url(): string | undefined {
    this.#url ??= /API (http:\/\/[^/]+)\//.exec(this.output)?.[1];
    return this.#url;
  }
  #url: string | undefined;

  /** Starts the program in the process, which has already loaded it. */
  async begin(order: CrashOrder): Promise<void> {
    await Promise.race([this.ready, this.ended]);
    if (!this.isRunning) throw new Error(`${this.sender} ended before it began: ${this.output}`);
    this.child.send(order);
  }

  /** Waits until it listens. */
  async listens(): Promise<void> {
    await this.until(() => this.url !== undefined, maxStartMs);
    if (!this.url) throw new Error(`${this.sender} does not listen: ${this.output}`);
  }

  /** Waits, up to a limit, until the condition holds or the process has ended. @returns whether it holds */
  async until(isSo: () => boolean, limit: number): Promise<boolean> {
    for (const end = Date.now() + limit; Date.now() < end && this.isRunning && !isSo();) await pause(10);
    return isSo();
  }

  /** Sets its wall clock forward or back from the true time. */
  shiftClock(shift: number): void {
    this.child.send({ shift });
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.ended;
  }
}
