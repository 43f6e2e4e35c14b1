import { Settings } from '../config/settings.js';
import { OutboxModule } from '../ddd/outbox/index.js';

/** The outbox of an assembly, run as the settings say. */
export const outboxModule = OutboxModule.with({
  inject: [Settings],
  useFactory: ({ outbox }: Settings) => outbox,
});
