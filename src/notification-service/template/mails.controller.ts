import { Body, Controller, HttpCode, Param, Post, UseInterceptors } from '@nestjs/common';
import { Public } from '../../http/access/access.decorators.js';
import { HttpError } from '../../http/errors/http.error.js';
import { InvalidFieldsError } from '../../http/validation/invalid-fields.error.js';
import { MailErrorsInterceptor } from '../mail-errors.interceptor.js';
import { Mails } from '../mail/mails.service.js';
import { IdempotencyKey } from '../request/idempotency-key.js';
import { MailRequest } from '../request/mail-request.dto.js';
import { mailKindNames } from './mail-kinds.js';
import { MailTemplates } from './mail-templates.service.js';

/** The mails, each under a route of its kind. */
@Controller('notifications')
@Public()
@UseInterceptors(MailErrorsInterceptor)
export class MailsController {
  constructor(
    private readonly mails: Mails,
    private readonly templates: MailTemplates,
  ) {}

  /** Returns 200 once the mail was handed over, and the same for a repeat. */
  @Post(':kind/send')
  @HttpCode(200)
  send(
    @IdempotencyKey() key: string,
    @Body() request: MailRequest,
    @Param('kind') name: string,
  ): Promise<void> {
    const kind = mailKindNames.find((one) => one === name);
    if (kind === undefined) throw new HttpError(404);
    if (request.token === undefined && this.templates.needsToken(kind))
      throw new InvalidFieldsError({ token: { type: 'missing', loc: ['token'], msg: 'Field required' } });
    return this.mails.send(kind, key, request);
  }
}
