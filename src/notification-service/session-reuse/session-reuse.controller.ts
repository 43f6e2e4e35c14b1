import { Body, Controller, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import { MailErrorsInterceptor } from '../mail-errors.interceptor.js';
import { IdempotencyKey } from '../welcome/idempotency-key.js';
import { WelcomeRequest } from '../welcome/welcome-request.dto.js';
import { Mails } from '../mail/mails.service.js';
import { sessionReuseMail } from './session-reuse-mail.js';
import { Public } from '../../http/access/access.decorators.js';

@Controller('notifications/session-reuse')
@Public()
@UseInterceptors(MailErrorsInterceptor)
export class SessionReuseController {
  constructor(private readonly mails: Mails) {}

  /** Returns 200 once the mail was handed over, and the same for a repeat. */
  @Post('send')
  @HttpCode(200)
  send(@IdempotencyKey() key: string, @Body() request: WelcomeRequest): Promise<void> {
    return this.mails.send('Session reuse', key, request, sessionReuseMail);
  }
}
