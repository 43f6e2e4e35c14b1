import { Injectable } from '@nestjs/common';
import { HttpWorker } from '../../ddd/worker/index.js';
import { ReuseNotificationRepository } from './reuse-notification.repository.js';
import { ServiceRepository } from './service.repository.js';
import { WelcomeNotificationRepository } from './welcome-notification.repository.js';

/** The repositories of the notification service. */
@Injectable()
export class DeliveryWorker extends HttpWorker.with({
  welcome: WelcomeNotificationRepository,
  reuse: ReuseNotificationRepository,
  service: ServiceRepository,
}) {}
