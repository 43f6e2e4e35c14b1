import { Body, Controller, HttpCode, Post, UseGuards } from '@nestjs/common';
import { AccountThrottlerGuard } from '../../http/throttling/account-throttler.guard.js';
import { UserAgent } from '../../http/user-agent.decorator.js';
import type { TokenView } from '../session/dto/token-view.dto.js';
import { SignIn } from '../session/sign-in.service.js';
import { ActivateDocs, CreateUserDocs, DeactivateDocs, SignInDocs } from './docs/user.docs.js';
import { UserCredentials } from './dto/user-credentials.dto.js';
import { UserDetails } from './dto/user-details.dto.js';
import type { UserView } from './dto/user-view.dto.js';
import { UserResource } from './user.resource.js';
import { Public } from '../../http/access/access.decorators.js';

/** Accounts over HTTP. */
@Controller('user')
@Public()
@UseGuards(AccountThrottlerGuard)
export class UserController {
  constructor(
    private readonly users: UserResource,
    private readonly signingIn: SignIn,
  ) {}

  @Post()
  @HttpCode(200)
  @CreateUserDocs()
  create(@Body() details: UserDetails): Promise<void> {
    return this.users.create(details);
  }

  @Post('signin')
  @HttpCode(200)
  @SignInDocs()
  signIn(@Body() credentials: UserCredentials, @UserAgent() client?: string): Promise<UserView | TokenView> {
    return this.signingIn.signIn(credentials, client);
  }

  @Post('activate')
  @HttpCode(200)
  @ActivateDocs()
  activate(@Body() credentials: UserCredentials): Promise<void> {
    return this.users.activate(credentials);
  }

  @Post('deactivate')
  @HttpCode(200)
  @DeactivateDocs()
  deactivate(@Body() credentials: UserCredentials): Promise<void> {
    return this.users.deactivate(credentials);
  }
}
