import { readdir } from 'node:fs/promises';
import { setPriority } from 'node:os';
import { pid, platform } from 'node:process';

/** Threads of libuv, which hashes, the database and files share. (https://docs.libuv.org/en/v1.x/threadpool.html) */
export const threadPoolSize = (): number => Number(process.env['UV_THREADPOOL_SIZE']) || 4;

/** Steps of nice(1) by which the pool stands back. */
const politeness = 10;

/**
 * Lets the thread that answers go before the threads that hash, which would otherwise take its core from it in a flood
 * of sign-ins. Only Linux gives each thread a priority of its own; elsewhere nothing changes.
 * (https://man7.org/linux/man-pages/man7/sched.7.html, "The nice value")
 */
export async function preferAnswering(): Promise<void> {
  if (platform !== 'linux') return;
  // Answered by the pool, whose threads all exist from its first task on.
  const threads = await readdir('/proc/self/task');
  for (const thread of threads.map(Number)) if (thread !== pid) standBack(thread);
}

function standBack(thread: number): void {
  try {
    setPriority(thread, politeness);
  } catch {
    // Not a thing that a start should fail for: one that has ended, or a sandbox that knows no priorities.
  }
}
