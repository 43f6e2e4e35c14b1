import type { Type } from '@nestjs/common';
import type { Settings } from '../../config/settings.js';
import type { RemoteServiceWorker } from '../../ddd/worker/index.js';
import { DeliveryWorker, NotificationModule } from '../../modules/notification/index.js';

interface RemoteService {
  /** Names it in the details of readiness. */
  readonly name: string;
  /** The module that provides the worker. */
  readonly module: Type;
  readonly worker: Type<Pick<RemoteServiceWorker, 'reach'>>;
  /** Whether its address is set; true if left out. */
  readonly isConfigured?: (settings: Settings) => boolean;
}

/** The services that readiness checks: without one the program is degraded, never down. */
export const remoteServices: readonly RemoteService[] = [
  { name: 'notificationService', module: NotificationModule, worker: DeliveryWorker },
];
