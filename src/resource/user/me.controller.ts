import { Controller, Get } from '@nestjs/common';
import type { Caller } from '../../ddd/resource/index.js';
import { CurrentAccount, SignedIn } from '../../http/access/access.decorators.js';
import { UserView } from './dto/user-view.dto.js';
import { Action } from './user.actions.js';
import { UserResource } from './user.resource.js';

/** The account of the caller. */
@Controller('user/me')
@SignedIn()
export class MeController {
  constructor(private readonly users: UserResource) {}

  @Get()
  @Action('The account of the caller, as sign-in shows it.', { done: 'The account.', returns: UserView })
  async show(@CurrentAccount() { id }: Caller): Promise<UserView> {
    return UserView.of(await this.users.show(id));
  }
}
