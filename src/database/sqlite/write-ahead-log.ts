import { statSync } from 'node:fs';
import { Logger } from '@nestjs/common';

/** Time between two checks of the log. */
const checkIntervalMs = 500;
/** A longer log is checkpointed even though the service is busy, and reported where that is not possible. */
const longBytes = 64 * 2 ** 20;

export interface WriteAheadLogOptions {
  readonly file: string;
  /** Checkpoints the log and empties it as far as readers allow; waits for none. */
  checkpoint(): Promise<void>;
  /** @throws Error when the files are no longer those that were opened */
  refuseMoved(): void;
}

/**
 * Keeps the write-ahead log short. SQLite checkpoints it now and then, but never empties it: a file copied without its
 * log lacks the newest commits, and a log that a reader once held up keeps its size.
 */
export class WriteAheadLog {
  readonly #logger = new Logger('Database');
  readonly #timer: NodeJS.Timeout;
  #looking: Promise<void> | undefined;
  #lastChangeMs = 0;
  #reported: { long: boolean; moved: boolean } = { long: false, moved: false };

  constructor(private readonly options: WriteAheadLogOptions) {
    this.#timer = setInterval(() => {
      this.#looking ??= this.#look();
    }, checkIntervalMs).unref();
  }

  /** 0 while there is none. */
  get sizeBytes(): number {
    return this.#stats?.size ?? 0;
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  get #stats() {
    return statSync(`${this.options.file}-wal`, { throwIfNoEntry: false });
  }

  async #look(): Promise<void> {
    try {
      if (this.#isInPlace()) await this.#shorten();
    } catch {
      // A full disk, or a lock of another process. Nothing is lost: the next check retries.
    }
    this.#looking = undefined;
  }

  #isInPlace(): boolean {
    try {
      this.options.refuseMoved();
      this.#reported.moved = false;
      return true;
    } catch (error) {
      if (!this.#reported.moved) this.#logger.error((error as Error).message);
      this.#reported.moved = true;
      return false;
    }
  }

  async #shorten(): Promise<void> {
    const { size = 0, mtimeMs = 0 } = this.#stats ?? {};
    const isIdle = mtimeMs === this.#lastChangeMs;
    this.#lastChangeMs = mtimeMs;
    if (size > 0 && (isIdle || size > longBytes)) await this.options.checkpoint();
    this.#reportLong(this.sizeBytes);
  }

  #reportLong(size: number): void {
    const isLong = size > longBytes;
    if (isLong && !this.#reported.long)
      this.#logger.warn(
        `${this.options.file}-wal has grown to ${Math.round(size / 2 ** 20)} MiB: another program has held a read ` +
          'transaction open, so that it cannot be emptied. Close what has the database open',
      );
    this.#reported.long = isLong;
  }
}
