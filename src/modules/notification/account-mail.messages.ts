import { HttpService } from '@nestjs/axios';
import { Inject, Injectable } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { Delivers, outgoingMessage } from '../../ddd/outbox/index.js';
import type { Delivery, MessageHandler } from '../../ddd/outbox/index.js';
import { MailSeal } from './mail-seal.js';
import type { Recipient } from './notification.messages.js';

/** What only the mailbox may learn. */
export interface MailSecrets {
  /** Of the link. */
  readonly token: string;
  /** The same as six digits, to be typed. */
  readonly code?: string;
}

/** As recorded: no token stands in the database in clear. */
interface SealedMail extends Recipient {
  readonly sealed?: string;
}

/** A mail about an account, which may carry secrets. They are encrypted until the mail is delivered. */
function accountMail<const Kind extends string>(kind: Kind) {
  const topic = `notification.${kind}`;
  const Message = outgoingMessage({
    topic,
    payload: ({ email, name, sealed }: SealedMail): SealedMail => ({
      email,
      name,
      ...(sealed && { sealed }),
    }),
    resource: `notifications/${kind}`,
    request: (data) => ({ path: 'send/', data }),
  });

  @Injectable()
  @Delivers(topic)
  class Handler extends (Message.Handler as Type<MessageHandler<Recipient>>) {
    constructor(
      @Inject(HttpService) http: HttpService,
      @Inject(MailSeal) private readonly seal: MailSeal,
    ) {
      super(http);
    }

    override deliver({ sealed, ...recipient }: SealedMail, delivery: Delivery): Promise<void> {
      const secrets = sealed === undefined ? {} : (JSON.parse(this.seal.open(sealed)) as MailSecrets);
      return super.deliver({ ...recipient, ...secrets }, delivery);
    }
  }

  return { topic, Message, Handler };
}

/** Proves a mailbox. */
export const verificationMail = accountMail('verification');
/** Lets a person choose a new password. */
export const resetMail = accountMail('password-forgotten');
/** Says that the password is another one. */
export const passwordChangedMail = accountMail('password-changed');

/** By the name of the repository that records them. */
export const accountMails = {
  verification: verificationMail,
  reset: resetMail,
  passwordChanged: passwordChangedMail,
};

export type AccountMailKind = keyof typeof accountMails;
