import { Injectable } from '@nestjs/common';
import { Delivers } from '../../ddd/outbox/index.js';
import type { MessageHandler } from '../../ddd/outbox/index.js';
import { MailSeal } from '../../modules/notification/index.js';
import { RegisterWorker, RepeatedSignUp, repeatedSignUpTopic } from '../../modules/user/index.js';

/** Writes into the history of an account that someone signed up with its address. */
@Injectable()
@Delivers({ topic: repeatedSignUpTopic, schema: RepeatedSignUp, exactlyOnce: true })
export class RepeatedSignUpHandler implements MessageHandler<RepeatedSignUp> {
  constructor(
    private readonly worker: RegisterWorker,
    private readonly seal: MailSeal,
  ) {}

  async deliver({ sealedEmail }: RepeatedSignUp): Promise<void> {
    const email = this.seal.open(sealedEmail);
    await this.worker.run(async ({ user, history }) => {
      const account = await user.find({ email });
      if (account) await history.record(account.id, 'sign-up-repeated', { actor: 'program' });
    });
  }
}
