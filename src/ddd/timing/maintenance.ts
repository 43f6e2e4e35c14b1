import { Logger } from '@nestjs/common';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { minuteMs } from './duration.js';

/** Work that every process repeats in the background. Runs never overlap, and a stop waits for the one in progress. */
export abstract class Maintenance implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger(this.constructor.name);
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  /** What it maintains, as the log names it when a run fails: "Sessions and keys". */
  protected abstract readonly subject: string;

  protected abstract maintain(): Promise<void>;

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.run(), minuteMs).unref();
  }

  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Never throws: a failure is logged and retried at the next run. */
  run(): Promise<void> {
    this.#running ??= this.#runOnce().finally(() => (this.#running = undefined));
    return this.#running;
  }

  async #runOnce(): Promise<void> {
    try {
      await this.maintain();
    } catch (error) {
      this.#logger.warn(`${this.subject} could not be maintained: ${String(error)}`);
    }
  }
}
