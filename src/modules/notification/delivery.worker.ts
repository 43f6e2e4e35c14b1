import { Injectable } from '@nestjs/common';
import { HttpWorker } from '../../ddd/worker/index.js';
import { ReuseNotificationRepository } from './reuse-notification.repository.js';
import { ServiceRepository } from './service.repository.js';
import { WelcomeNotificationRepository } from './welcome-notification.repository.js';

/** Talks to the notification service. */
@Injectable()
export class DeliveryWorker extends HttpWorker.with({
  welcome: WelcomeNotificationRepository,
  reuse: ReuseNotificationRepository,
  service: ServiceRepository,
}) {}
