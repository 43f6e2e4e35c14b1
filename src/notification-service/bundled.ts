import { childVariables } from '../config/child-variables.js';
import type { Variables } from '../config/environment.js';
import { BundledProcess } from './bundled-process.js';

export interface BundledNotificationService {
  /** Its address, on loopback; the same after a restart. */
  readonly url: string;
  /** Stops it. Resolves once it has ended. */
  stop(): Promise<void>;
  /** Kills it immediately; for a process that cannot wait. */
  kill(): void;
}

const groupsRead = ['service', 'http', 'log', 'tracing', 'notification', 'notificationService'] as const;

/**
 * Runs the notification service as a separate process, and restarts it whenever it dies.
 * @param variables of this process, from which the child gets what it reads
 * @throws BundledStartError when the first start fails; its own output says why
 */
export async function startBundledNotificationService(
  variables: Variables,
  program: URL = new URL('./main.js', import.meta.url),
): Promise<BundledNotificationService> {
  const bundled = new BundledProcess(program, childVariables(variables, groupsRead));
  const url = await bundled.start();
  return { url, stop: () => bundled.stop(), kill: () => bundled.kill() };
}
