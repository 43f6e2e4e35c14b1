import { HttpService } from '@nestjs/axios';
import { Inject, Injectable } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { Delivers, outgoingMessage } from '../../ddd/outbox/index.js';
import type { Delivery, MessageHandler } from '../../ddd/outbox/index.js';
import { MailSeal } from './mail-seal.js';

/** What only the mailbox may learn. */
export interface MailSecrets {
  /** Of the link. */
  readonly token: string;
  /** The same as six digits, to be typed. */
  readonly code?: string;
}

/** As recorded: neither an address nor a token stands in the database in clear. */
class SealedBody {
  @ApiProperty({ description: 'The body of the mail, encrypted' })
  readonly sealed!: string;
}

/** A message about an account. Its body is encrypted until it is delivered. */
function accountMail<const Kind extends string>(kind: Kind) {
  const topic = `notification.${kind}`;
  const Message = outgoingMessage({
    topic,
    payload: ({ sealed }: SealedBody): SealedBody => ({ sealed }),
    resource: `notifications/${kind}`,
    request: (data) => ({ path: 'send/', data }),
  });

  @Injectable()
  @Delivers({ topic, schema: SealedBody })
  class Handler extends (Message.Handler as Type<MessageHandler>) {
    constructor(
      @Inject(HttpService) http: HttpService,
      @Inject(MailSeal) private readonly seal: MailSeal,
    ) {
      super(http);
    }

    override deliver({ sealed }: SealedBody, delivery: Delivery): Promise<void> {
      return super.deliver(JSON.parse(this.seal.open(sealed)) as object, delivery);
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
/** Says that someone wants the account to have another address. */
export const emailChangeRequestedMail = accountMail('email-change-requested');
/** Asks a new address for its consent. */
export const emailChangeMail = accountMail('email-change');
/** Says that someone wants another account to have this address. */
export const emailTakenMail = accountMail('email-taken');
/** Says to the new address that it is that of the account now. */
export const emailChangedMail = accountMail('email-changed');
/** Says to the old address that it has been replaced, and how to undo that. */
export const emailUndoMail = accountMail('email-undo');
/** Says that the account has its old address back. */
export const emailRestoredMail = accountMail('email-restored');
/** Tells the notification service to delete the mails that it keeps of an address. */
export const forgetMessage = accountMail('forget');

/** By the name of the repository that records them. */
export const accountMails = {
  verification: verificationMail,
  reset: resetMail,
  passwordChanged: passwordChangedMail,
  emailChangeRequested: emailChangeRequestedMail,
  emailChange: emailChangeMail,
  emailTaken: emailTakenMail,
  emailChanged: emailChangedMail,
  emailUndo: emailUndoMail,
  emailRestored: emailRestoredMail,
};

export type AccountMailKind = keyof typeof accountMails;
