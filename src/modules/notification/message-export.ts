import { moment } from '../../ddd/timing/index.js';
import type { AccountMessageRepository } from './account-message.repository.js';

/** The mails of an account: never what they say. */
export async function exportMessages(
  { accountMessage }: { readonly accountMessage: AccountMessageRepository },
  accountId: string,
) {
  const messages = await accountMessage.of(accountId);
  return {
    messages: messages.map(({ createdAt, doneAt, ...message }) => ({
      ...message,
      created_at: moment(createdAt),
      done_at: moment(doneAt),
    })),
  };
}
