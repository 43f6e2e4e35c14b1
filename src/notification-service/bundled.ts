import { BundledProcess } from './bundled-process.js';

export interface BundledNotificationService {
  /** Where it listens, on loopback; the same after a restart. */
  readonly url: string;
  /** Ends it. Returns once it has ended. */
  stop(): Promise<void>;
  /** Ends it at once; for a process that cannot wait. */
  kill(): void;
}

/**
 * Runs the notification service as a process of its own beside this one, and starts it again whenever it dies.
 * @throws BundledStartError when it does not come up the first time; its own output tells why
 */
export async function startBundledNotificationService(
  program: URL = new URL('./main.js', import.meta.url),
): Promise<BundledNotificationService> {
  const bundled = new BundledProcess(program);
  const url = await bundled.start();
  return { url, stop: () => bundled.stop(), kill: () => bundled.kill() };
}
