import { Controller, Get, UseGuards } from '@nestjs/common';
import type { Caller } from '../../modules/session/index.js';
import { CurrentCaller, SessionGuard } from '../session/session.guard.js';
import { MeDocs } from './docs/user.docs.js';
import { UserView } from './dto/user-view.dto.js';
import { UserResource } from './user.resource.js';

/** The account of the caller. */
@Controller('user/me')
@UseGuards(SessionGuard)
export class MeController {
  constructor(private readonly users: UserResource) {}

  @Get()
  @MeDocs()
  async show(@CurrentCaller() { id }: Caller): Promise<UserView> {
    return UserView.of(await this.users.show(id));
  }
}
