import { Body, Controller, HttpCode, Post, UseInterceptors } from '@nestjs/common';
import { Idempotent } from '../../http/idempotency/idempotent.decorator.js';
import { Limited } from '../../http/limit/limited.decorator.js';
import { UserAgent } from '../../http/user-agent.decorator.js';
import { KeepRefreshCookieInterceptor } from '../session/cookie/refresh-cookie.interceptors.js';
import type { TokenView } from '../session/dto/token-view.dto.js';
import { SignIn } from '../session/sign-in.service.js';
import type { Device } from './device/device.js';
import { ThisDevice } from './device/this-device.decorator.js';
import { ActivateDocs, CreateUserDocs, DeactivateDocs, SignInDocs } from './docs/user.docs.js';
import { UserCredentials } from './dto/user-credentials.dto.js';
import { UserDetails } from './dto/user-details.dto.js';
import type { UserView } from './dto/user-view.dto.js';
import { accountRequests, signUps } from './user.limits.js';
import { UserResource } from './user.resource.js';
import { Public } from '../../http/access/access.decorators.js';

/** Accounts over HTTP. */
@Controller('user')
@Public()
@Limited(accountRequests)
export class UserController {
  constructor(
    private readonly users: UserResource,
    private readonly signingIn: SignIn,
  ) {}

  @Post()
  @HttpCode(200)
  @Limited(signUps)
  @Idempotent()
  @CreateUserDocs()
  create(@Body() details: UserDetails): Promise<void> {
    return this.users.create(details);
  }

  @Post('signin')
  @HttpCode(200)
  @UseInterceptors(KeepRefreshCookieInterceptor)
  @SignInDocs()
  signIn(
    @Body() credentials: UserCredentials,
    @ThisDevice() device: Device,
    @UserAgent() client?: string,
  ): Promise<UserView | TokenView> {
    return this.signingIn.signIn(credentials, device, client);
  }

  @Post('activate')
  @HttpCode(200)
  @ActivateDocs()
  activate(@Body() credentials: UserCredentials, @ThisDevice() device: Device): Promise<void> {
    return this.users.activate(credentials, device);
  }

  @Post('deactivate')
  @HttpCode(200)
  @DeactivateDocs()
  deactivate(@Body() credentials: UserCredentials, @ThisDevice() device: Device): Promise<void> {
    return this.users.deactivate(credentials, device);
  }
}
