import { Injectable } from '@nestjs/common';
import { MailLimit, MailSeal, resetMail, verificationMail } from '../../../modules/notification/index.js';
import { RegisterWorker } from '../../../modules/user/index.js';
import type { RequestedPurpose } from '../../../modules/user/index.js';

const topics: Record<RequestedPurpose, string> = {
  verification: verificationMail.topic,
  reset: resetMail.topic,
};

/** Records that a mail is wanted, in the same way for every address: it takes the same time with and without an account. */
@Injectable()
export class MailRequests {
  constructor(
    private readonly worker: RegisterWorker,
    private readonly limit: MailLimit,
    private readonly seal: MailSeal,
  ) {}

  /** Records nothing when the address has had enough mails of the kind. */
  async record(purpose: RequestedPurpose, email: string): Promise<void> {
    await this.worker.run(
      async ({ mailRequest }, unit) => {
        if (await this.limit.allows(email, topics[purpose], unit))
          await mailRequest.record({ purpose, sealedEmail: this.seal.seal(email) });
      },
      { isolation: 'READ COMMITTED' },
    );
  }
}
