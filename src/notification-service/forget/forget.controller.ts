import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { IsArray, IsOptional, Matches } from 'class-validator';
import { Public } from '../../http/access/access.decorators.js';
import { IsEmailAddress } from '../../identity/identity.rules.js';
import { IdempotencyGuard } from '../idempotency/idempotency-guard.js';
import { wellFormedKey } from '../request/idempotency-key.js';
import { KeptMails } from './kept-mails.service.js';

class ForgetRequest {
  @IsEmailAddress()
  readonly email!: string;

  /** Of the mails that were given up: one of them may be in flight. */
  @IsOptional()
  @IsArray()
  @Matches(wellFormedKey, { each: true })
  readonly keys?: readonly string[];
}

/** An account is erased: nothing that is kept here may tell of it. */
@Controller('notifications/forget')
@Public()
export class ForgetController {
  constructor(
    private readonly mails: KeptMails,
    private readonly idempotency: IdempotencyGuard,
  ) {}

  @Post('send')
  @HttpCode(200)
  async forget(@Body() { email, keys = [] }: ForgetRequest): Promise<void> {
    // First: what is being sent is deleted as well, and what arrives later is not sent.
    for (const key of keys) await this.idempotency.withdraw(key);
    await this.mails.forget(email);
  }
}
