import { Body, Controller, Delete, Get, Patch, Post, Req, Res } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { Caller } from '../../../ddd/resource/index.js';
import { CurrentAccount, SignedIn } from '../../../http/access/access.decorators.js';
import { Limited } from '../../../http/limit/limited.decorator.js';
import { networkRequests } from '../../../http/limit/network-requests.js';
import {
  GuessablePasswordError,
  InvalidMailTokenError,
  WrongPasswordError,
} from '../../../modules/user/index.js';
import { entityTag, Preconditions } from '../../../rest/entity-tag.js';
import type { Device } from '../device/device.js';
import { ThisDevice } from '../device/this-device.decorator.js';
import { AccountExport } from '../dto/account-export.dto.js';
import { MailToken } from '../dto/mail-proof.dto.js';
import { EmailChange, PasswordChange, PasswordProof, ProfileChanges } from '../dto/user-bodies.dto.js';
import { UserView } from '../dto/user-view.dto.js';
import { Action, checksPassword, exampleOf } from '../user.actions.js';
import { UserResource } from '../user.resource.js';
import { EmailResource } from './email.resource.js';
import { ErasureResource } from './erasure.resource.js';
import { ProfileResource } from './profile.resource.js';

const password = '123456';
const tooManyRequests = 'Too many requests from this network.';
const provesPassword = { raises: [WrongPasswordError], refusals: checksPassword.refusals };

/** The account of the caller. */
@Controller('user/me')
@SignedIn()
export class MeController {
  constructor(
    private readonly users: UserResource,
    private readonly profiles: ProfileResource,
    private readonly emails: EmailResource,
    private readonly erasure: ErasureResource,
  ) {}

  @Get()
  @Action('The account of the caller, as sign-in shows it.', { done: 'The account.', returns: UserView })
  async show(
    @CurrentAccount() { id }: Caller,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UserView> {
    return tagged(UserView.of(await this.users.show(id)), response);
  }

  @Patch()
  @Limited(networkRequests)
  @Action('Change the name or the surname of the caller.', {
    done: 'The account, as changed.',
    returns: UserView,
    examples: exampleOf({ name: 'Johnny' }),
    refusals: { 412: 'The account has been changed meanwhile.', 429: tooManyRequests },
  })
  @ApiHeader({
    name: 'If-Match',
    required: false,
    description: 'Entity tags of which the account must have one; without it the last write wins',
    schema: { type: 'string' },
  })
  async change(
    @CurrentAccount() { id }: Caller,
    @Body() changes: ProfileChanges,
    @Req() { headers }: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<UserView> {
    const preconditions = new Preconditions(headers);
    const changed = await this.profiles.change(id, changes, (current) =>
      preconditions.require(entityTag(UserView.of(current))),
    );
    return tagged(UserView.of(changed), response);
  }

  @Post('password')
  @Limited(networkRequests)
  @Action('Replace the password of the caller. The other sessions end.', {
    status: 204,
    done: 'Password replaced.',
    examples: exampleOf({ password, new_password: 'a new password' }),
    ...provesPassword,
    raises: [...provesPassword.raises, GuessablePasswordError],
  })
  changePassword(
    @CurrentAccount() caller: Caller,
    @Body() { password: current, new_password: newPassword }: PasswordChange,
    @ThisDevice() device: Device,
  ): Promise<void> {
    return this.profiles.changePassword(caller, { password: current, newPassword }, device);
  }

  @Post('email')
  @Limited(networkRequests)
  @Action('Ask a new address whether it may become that of the caller.', {
    status: 202,
    done: 'Accepted, whether the address has an account or not. Both addresses get a mail.',
    examples: exampleOf({ email: 'john@example.org', password }),
    ...provesPassword,
  })
  requestEmailChange(
    @CurrentAccount() caller: Caller,
    @Body() change: EmailChange,
    @ThisDevice() device: Device,
  ): Promise<void> {
    return this.emails.request(caller, change, device);
  }

  @Post('email/confirm')
  @Limited(networkRequests)
  @Action('Give the caller the new address, by the token of the mail to it.', {
    done: 'Address changed. The mail to the old one can undo it for 7 days.',
    raises: [InvalidMailTokenError],
    refusals: { 429: tooManyRequests },
  })
  confirmEmailChange(@CurrentAccount() caller: Caller, @Body() { token }: MailToken): Promise<void> {
    return this.emails.confirm(caller, token);
  }

  @Get('export')
  @Limited(networkRequests)
  @Action('Everything that is stored about the caller, except hashes.', {
    done: 'The profile, history, sessions, permissions and mails.',
    returns: AccountExport,
    refusals: { 429: tooManyRequests },
  })
  exportAll(@CurrentAccount() caller: Caller): Promise<AccountExport> {
    return this.erasure.export(caller);
  }

  @Delete()
  @Limited(networkRequests)
  @Action('Erase the account of the caller, and everything that is stored about it.', {
    status: 204,
    done: 'Account erased.',
    examples: exampleOf({ password }),
    ...provesPassword,
  })
  erase(
    @CurrentAccount() caller: Caller,
    @Body() { password: current }: PasswordProof,
    @ThisDevice() device: Device,
  ): Promise<void> {
    return this.erasure.erase(caller, current, device);
  }
}

function tagged(view: UserView, response: Response): UserView {
  response.set('ETag', entityTag(view));
  return view;
}
