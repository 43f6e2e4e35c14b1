import { createHash } from 'node:crypto';
import { opendir, readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { DurableFolder } from '../durable-folder.js';

const hour = 3_600_000;
/** Days for which a key is remembered. Senders retry for one day, and keep what they sent for seven. */
const daysKept = 14;

/**
 * Remembers on disk which keys were sent, each with a fingerprint of its content: a folder per day, a file per key.
 * Neither reveals a key or an address. Old days are deleted file by file, so that even a large one never fills the disk
 * queue.
 */
@Injectable()
export class IdempotencyStore implements OnModuleInit, OnModuleDestroy {
  private readonly logger = new Logger(IdempotencyStore.name);
  private purging?: NodeJS.Timeout;

  constructor(private readonly folder: DurableFolder) {}

  onModuleInit(): void {
    void this.purge();
    this.purging = setInterval(() => void this.purge(), hour).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.purging);
  }

  /** @returns the fingerprint that was sent under this key, or undefined */
  async find(key: string): Promise<string | undefined> {
    for (const day of (await this.days()).reverse()) {
      const fingerprint = await readIfThere(join(this.folder.path, day, fileOf(key)));
      if (fingerprint !== undefined) return fingerprint;
    }
    return undefined;
  }

  async add(key: string, fingerprint: string): Promise<void> {
    await this.folder.write(join(dayOf(Date.now()), fileOf(key)), fingerprint);
  }

  /** Deletes what is older than 14 days. A failure is logged; the next hour tries again. */
  async purge(now = Date.now()): Promise<void> {
    const oldest = dayOf(now - daysKept * 24 * hour);
    try {
      for (const day of (await this.days()).filter((each) => each < oldest))
        await removeOneByOne(join(this.folder.path, day));
    } catch (error) {
      this.logger.warn('Old records of sent mails could not be deleted', error);
    }
  }

  /** Oldest first. */
  private async days(): Promise<string[]> {
    const names = await readdir(this.folder.path);
    return names.filter((name) => /^\d{4}-\d{2}-\d{2}$/.test(name)).sort();
  }
}

/** The same length for every key, and safe on case-insensitive disks. */
function fileOf(key: string): string {
  return createHash('sha256').update(key).digest('hex');
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function removeOneByOne(folder: string): Promise<void> {
  for await (const file of await opendir(folder)) await rm(join(folder, file.name), { force: true });
  await rmdir(folder);
}
