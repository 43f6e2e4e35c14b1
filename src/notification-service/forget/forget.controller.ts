import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Public } from '../../http/access/access.decorators.js';
import { IsEmailAddress } from '../../identity/identity.rules.js';
import { KeptMails } from './kept-mails.service.js';

class ForgetRequest {
  @IsEmailAddress()
  readonly email!: string;
}

/** An account is erased: nothing that is kept here may tell of it. */
@Controller('notifications/forget')
@Public()
export class ForgetController {
  constructor(private readonly mails: KeptMails) {}

  @Post('send')
  @HttpCode(200)
  forget(@Body() { email }: ForgetRequest): Promise<void> {
    return this.mails.forget(email);
  }
}
