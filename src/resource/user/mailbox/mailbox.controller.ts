import { Body, Controller, Post } from '@nestjs/common';
import { Public } from '../../../http/access/access.decorators.js';
import { Limited } from '../../../http/limit/limited.decorator.js';
import { networkRequests } from '../../../http/limit/network-requests.js';
import { GuessablePasswordError, InvalidMailTokenError } from '../../../modules/user/index.js';
import type { Device } from '../device/device.js';
import { ThisDevice } from '../device/this-device.decorator.js';
import { MailAddress, MailProofBody, MailToken, PasswordReset } from '../dto/mail-proof.dto.js';
import { Action, exampleOf } from '../user.actions.js';
import { EmailResource } from '../me/email.resource.js';
import { RecoveryResource } from './recovery.resource.js';
import { VerificationResource } from './verification.resource.js';

const email = 'john@example.com';
const code = '012345';
const refusals = { 429: 'Too many requests from this network.' };
const requestsMail = {
  status: 202,
  done: 'Accepted, whether the address has an account or not.',
  examples: exampleOf({ email }),
  refusals,
};

/** What people do by the mails that they read, over HTTP. */
@Controller('user')
@Public()
@Limited(networkRequests)
export class MailboxController {
  constructor(
    private readonly verification: VerificationResource,
    private readonly recovery: RecoveryResource,
    private readonly emails: EmailResource,
  ) {}

  @Post('verification')
  @Action(
    'Send a link (7 days) and a code of six digits (15 minutes, 5 tries) that prove the mailbox.',
    requestsMail,
  )
  requestVerification(@Body() { email }: MailAddress): Promise<void> {
    return this.verification.request(email);
  }

  @Post('verification/confirm')
  @Action('Prove the mailbox by the token of the link, or by the e-mail and the code.', {
    done: 'Mailbox proven.',
    examples: exampleOf({ email, code }),
    raises: [InvalidMailTokenError],
    refusals,
  })
  confirmVerification(@Body() proof: MailProofBody): Promise<void> {
    return this.verification.confirm(MailProofBody.proofOf(proof));
  }

  @Post('password/forgotten')
  @Action('Send a link and a code of six digits that let a person choose a new password for 30 minutes.', {
    ...requestsMail,
  })
  requestPasswordReset(@Body() { email }: MailAddress): Promise<void> {
    return this.recovery.request(email);
  }

  @Post('password/reset')
  @Action('Set a new password by the token of the link, or by the e-mail and the code.', {
    done: 'Password set. Every session is ended, and an account that wrong passwords have locked is open.',
    examples: exampleOf({ email, code, password: 'a new password' }),
    raises: [InvalidMailTokenError, GuessablePasswordError],
    refusals,
  })
  resetPassword(@Body() reset: PasswordReset, @ThisDevice() device: Device): Promise<void> {
    return this.recovery.reset(MailProofBody.proofOf(reset), reset.password, device);
  }

  @Post('email/undo')
  @Action('Give an account its old address back, by the token of the mail to it. Every session is ended.', {
    done: 'Address restored.',
    raises: [InvalidMailTokenError],
    refusals,
  })
  undoEmailChange(@Body() { token }: MailToken): Promise<void> {
    return this.emails.undo(token);
  }
}
