import { Controller, Get } from '@nestjs/common';
import type { Caller } from '../../ddd/resource/index.js';
import { CurrentAccount, SignedIn } from '../../http/access/access.decorators.js';
import { MeDocs } from './docs/user.docs.js';
import { UserView } from './dto/user-view.dto.js';
import { UserResource } from './user.resource.js';

/** The account of the caller. */
@Controller('user/me')
@SignedIn()
export class MeController {
  constructor(private readonly users: UserResource) {}

  @Get()
  @MeDocs()
  async show(@CurrentAccount() { id }: Caller): Promise<UserView> {
    return UserView.of(await this.users.show(id));
  }
}
