import type { Type } from '@nestjs/common';
import type { Settings } from '../../config/settings.js';
import type { RemoteServiceWorker } from '../../ddd/worker/index.js';
import { DeliveryWorker, NotificationModule } from '../../modules/notification/index.js';

interface RemoteService {
  /** In the details of readiness. */
  readonly name: string;
  /** It has the worker. */
  readonly module: Type;
  readonly worker: Type<Pick<RemoteServiceWorker, 'reach'>>;
  /** Whether this program has been told where it is; it has when this is left out. */
  readonly isConfigured?: (settings: Settings) => boolean;
}

/** The services that readiness asks for: without one the program is degraded, never down. */
export const remoteServices: readonly RemoteService[] = [
  { name: 'notificationService', module: NotificationModule, worker: DeliveryWorker },
];
