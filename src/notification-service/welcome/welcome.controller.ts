import { Body, Controller, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import { MailErrorsInterceptor } from '../mail-errors.interceptor.js';
import { IdempotencyKey } from './idempotency-key.js';
import { WelcomeRequest } from './welcome-request.dto.js';
import { Mails } from '../mail/mails.service.js';
import { welcomeMail } from './welcome-mail.js';
import { Public } from '../../http/access/access.decorators.js';

@Controller('notifications/welcome')
@Public()
@UseInterceptors(MailErrorsInterceptor)
export class WelcomeController {
  constructor(private readonly mails: Mails) {}

  /** Returns 200 once the mail was handed over, and the same for a repeat. */
  @Post('send')
  @HttpCode(200)
  send(@IdempotencyKey() key: string, @Body() request: WelcomeRequest): Promise<void> {
    return this.mails.send('Welcome', key, request, welcomeMail);
  }
}
