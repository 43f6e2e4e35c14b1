import { Injectable } from '@nestjs/common';
import type { Caller } from '../../../ddd/resource/index.js';
import { AccountMails, exportMessages, NotificationWorker } from '../../../modules/notification/index.js';
import { eraseSessions, exportSessions, SessionWorker } from '../../../modules/session/index.js';
import {
  eraseAccount,
  ErasedStorage,
  exportAccount,
  Guesses,
  RegisterWorker,
} from '../../../modules/user/index.js';
import type { Device } from '../device/device.js';
import { UserResource } from '../user.resource.js';
import { ownAccount } from './own-account.js';

/** What people have a right to: to see what is stored about them, and to have it erased. */
@Injectable()
export class ErasureResource {
  constructor(
    private readonly users: UserResource,
    private readonly guesses: Guesses,
    private readonly mails: AccountMails,
    private readonly storage: ErasedStorage,
    private readonly registerWorker: RegisterWorker,
    private readonly sessionWorker: SessionWorker,
    private readonly notificationWorker: NotificationWorker,
  ) {}

  /** Everything that is stored about the caller, except hashes. @throws InvalidAccessTokenError */
  async export({ id }: Caller) {
    return this.registerWorker.run(async (repositories, unit) => {
      await repositories.history.record(id, 'exported');
      return {
        ...(await exportAccount(await ownAccount(repositories.user, id), repositories)),
        ...(await this.sessionWorker.join(unit, (joined) => exportSessions(joined, id))),
        ...(await this.notificationWorker.join(unit, (joined) => exportMessages(joined, id))),
      };
    });
  }

  /** Erases the caller. Their history stays, under an id that identifies no one. @throws LimitReachedError, WrongPasswordError */
  async erase({ id }: Caller, password: string, device?: Device): Promise<void> {
    await this.users.proveOwn(id, password, device);
    const emails = await this.registerWorker.run(async (repositories, unit) => {
      const account = await ownAccount(repositories.user, id);
      const ended = await this.sessionWorker.join(unit, (joined) => eraseSessions(joined, id));
      await repositories.history.recordEnded(id, ended, 'erased');
      await this.guesses.forget(account.email, unit);
      const erased = await eraseAccount(repositories, account);
      await this.mails.erase(id, erased, unit);
      return erased;
    });
    await this.storage.scrub(emails);
  }
}
