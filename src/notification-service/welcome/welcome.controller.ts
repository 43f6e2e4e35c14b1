import { Body, Controller, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import { MailErrorsInterceptor } from '../mail-errors.interceptor.js';
import { IdempotencyKey } from './idempotency-key.js';
import { WelcomeRequest } from './welcome-request.dto.js';
import { WelcomeService } from './welcome.service.js';

@Controller('notifications/welcome')
@UseInterceptors(MailErrorsInterceptor)
export class WelcomeController {
  constructor(private readonly welcome: WelcomeService) {}

  /** Answers 200 once the mail is in other hands, and the same for a repeat. */
  @Post('send')
  @HttpCode(200)
  send(@IdempotencyKey() key: string, @Body() request: WelcomeRequest): Promise<void> {
    return this.welcome.send(key, request);
  }
}
