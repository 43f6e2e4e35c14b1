import { Controller, Get, Header, Param, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../../../http/access/access.decorators.js';
import { HttpError } from '../../../http/errors/http.error.js';
import { accountPageHeaders, accountPages, renderAccountPage } from './account-page.js';

/** The pages that the links of mails open, for services without a site of their own at PUBLIC_URL. */
@ApiExcludeController()
@Controller('account')
@Public()
export class AccountPageController {
  @Get(':page')
  @Header('Content-Type', 'text/html; charset=utf-8')
  show(@Param('page') name: string, @Res({ passthrough: true }) response: Response): string {
    const page = Object.hasOwn(accountPages, name) ? accountPages[name] : undefined;
    if (!page) throw new HttpError(404);
    response.set(accountPageHeaders);
    return renderAccountPage(page);
  }
}
