import type { OpenUnit } from '../../ddd/worker/index.js';
import type { MailSeal } from './mail-seal.js';
import type { NotificationWorker } from './notification.worker.js';

/**
 * Gives up the mails of an account that wait, and has the notification service delete those that it keeps, and send none of
 * those that may be in flight.
 * @param emails of the account, now and before
 */
export async function eraseMails(
  worker: NotificationWorker,
  seal: MailSeal,
  id: string,
  emails: readonly string[],
  unit: OpenUnit,
): Promise<void> {
  await worker.join(unit, async ({ accountMessage, forget }) => {
    const keys = await accountMessage.discard(id);
    for (const email of emails) await forget.record({ sealed: seal.seal(JSON.stringify({ email, keys })) });
  });
}
