import { moment } from '../../ddd/timing/index.js';
import { emailChangeMail } from './account-mail.messages.js';
import type { AccountMessageRepository } from './account-message.repository.js';

/**
 * The mails to an account: never what they say. One that asked another address for its consent is none of them; besides, it
 * would tell that the address has no account.
 */
export async function exportMessages(
  { accountMessage }: { readonly accountMessage: AccountMessageRepository },
  accountId: string,
) {
  const messages = await accountMessage.of(accountId);
  return {
    messages: messages
      .filter(({ topic }) => topic !== emailChangeMail.topic)
      .map(({ createdAt, doneAt, ...message }) => ({
        ...message,
        created_at: moment(createdAt),
        done_at: moment(doneAt),
      })),
  };
}
