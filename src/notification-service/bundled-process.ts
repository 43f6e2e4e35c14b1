import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Logger } from '@nestjs/common';
import type { Variables } from '../config/environment.js';
import { backoffMs } from '../ddd/timing/index.js';
import { BundledStartError } from './bundled-start.error.js';

const second = 1_000;
const maxStartMs = 30 * second;
/** By then the API has ended its own deliveries, so hardly anything is in flight. */
const maxStopMs = 5 * second;
const pauses = { firstMs: 0.2 * second, maxMs: 30 * second };
/** A process that ran for this long did not fail immediately: the backoff starts over. */
const longEnough = 60 * second;

/** A supervised child process: restarted on its first port after a delay that doubles with every failure. */
export class BundledProcess {
  private readonly logger = new Logger('NotificationService');
  private child?: ChildProcess;
  private port = '0';
  private failures = 0;
  private restart?: NodeJS.Timeout;
  private stopped = false;

  constructor(
    private readonly program: URL,
    private readonly variables: Variables,
  ) {}

  /** @returns the address it listens on */
  async start(): Promise<string> {
    const child = fork(fileURLToPath(this.program), ['--bundled', this.port], {
      // Without the parent's own flags: a debugger's port, for example, can be used only once.
      execArgv: [],
      env: this.variables,
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.child = child;
    try {
      const url = await addressOf(child);
      this.port = new URL(url).port;
      const since = Date.now();
      child.once('exit', (code, signal) => {
        if (Date.now() - since > longEnough) this.failures = 0;
        this.startAgain(`ended (${signal ?? `code ${code}`})`);
      });
      return url;
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.restart);
    const child = this.child;
    if (!child || hasEnded(child)) return;
    const force = setTimeout(() => child.kill('SIGKILL'), maxStopMs);
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    await ended;
    clearTimeout(force);
  }

  kill(): void {
    this.stopped = true;
    this.child?.kill('SIGKILL');
  }

  private startAgain(what: string): void {
    if (this.stopped) return;
    const pause = backoffMs(++this.failures, pauses);
    this.logger.warn(`The bundled notification service ${what}; it will be restarted in ${pause} ms`);
    this.restart = setTimeout(() => {
      this.start().catch(() => this.startAgain('did not start'));
    }, pause);
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
}

/** @throws BundledStartError when the child ends, or reports no address in time */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (what: string) => {
      clearTimeout(limit);
      reject(new BundledStartError(what));
    };
    const limit = setTimeout(
      () => fail(`did not report its address within ${maxStartMs / second} s`),
      maxStartMs,
    );
    child.on('error', (error) => fail(`could not be run (${error.message})`));
    child.once('exit', (code, signal) => fail(`ended with ${signal ?? `code ${code}`}`));
    child.once('message', (message: { url: string }) => {
      clearTimeout(limit);
      resolve(message.url);
    });
  });
}
