import { childVariables } from '../config/child-variables.js';
import type { Variables } from '../config/environment.js';
import { BundledProcess } from './bundled-process.js';

export interface BundledNotificationService {
  /** Where it listens, on loopback; the same after a restart. */
  readonly url: string;
  /** Ends it. Returns once it has ended. */
  stop(): Promise<void>;
  /** Ends it at once; for a process that cannot wait. */
  kill(): void;
}

const groupsRead = ['service', 'http', 'log', 'tracing', 'notification', 'notificationService'] as const;

/**
 * Runs the notification service as a process of its own beside this one, and starts it again whenever it dies.
 * @param variables of this process, of which it is handed what it reads
 * @throws BundledStartError when it does not come up the first time; its own output tells why
 */
export async function startBundledNotificationService(
  variables: Variables,
  program: URL = new URL('./main.js', import.meta.url),
): Promise<BundledNotificationService> {
  const bundled = new BundledProcess(program, childVariables(variables, groupsRead));
  const url = await bundled.start();
  return { url, stop: () => bundled.stop(), kill: () => bundled.kill() };
}
