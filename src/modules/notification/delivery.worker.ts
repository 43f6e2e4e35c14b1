import { RemoteServiceWorker } from '../../ddd/worker/index.js';

/** Talks to the notification service itself. */
export class DeliveryWorker extends RemoteServiceWorker {}
