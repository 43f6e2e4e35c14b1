import { accountSettings } from './groups/account.settings.js';
import { databaseSettings } from './groups/database.settings.js';
import { deliverySettings } from './groups/delivery.settings.js';
import { httpSettings } from './groups/http.settings.js';
import { notificationServiceSettings } from './groups/notification-service.settings.js';
import { observabilitySettings } from './groups/observability.settings.js';
import { serviceSettings } from './groups/service.settings.js';
import { sessionSettings } from './groups/session.settings.js';
import type { Setting } from './setting.js';

/** Every setting, by the group and the field that the program reads it from. */
export const groups = {
  ...serviceSettings,
  ...httpSettings,
  ...observabilitySettings,
  ...databaseSettings,
  ...accountSettings,
  ...sessionSettings,
  ...deliverySettings,
  ...notificationServiceSettings,
};

const flat = (some: Readonly<Record<string, Readonly<Record<string, Setting>>>>) =>
  Object.values(some).flatMap((group) => Object.values(group));

/** Every setting under the heading of the documentation, in its order. */
export const sections: readonly { readonly heading: string; readonly settings: readonly Setting[] }[] = [
  { heading: 'Both programs', settings: flat(serviceSettings) },
  { heading: 'The API', settings: flat(httpSettings) },
  { heading: 'Logs, metrics and traces', settings: flat(observabilitySettings) },
  { heading: 'Database', settings: flat(databaseSettings) },
  { heading: 'Accounts and passwords', settings: flat(accountSettings) },
  { heading: 'Sessions', settings: flat(sessionSettings) },
  { heading: 'Delivery of notifications', settings: flat(deliverySettings) },
  { heading: 'The notification service', settings: flat(notificationServiceSettings) },
];

export const allSettings: readonly Setting[] = flat(groups);
