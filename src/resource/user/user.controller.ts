import { Body, Controller, Post, UseInterceptors } from '@nestjs/common';
import { dayMs } from '../../ddd/timing/index.js';
import { Public } from '../../http/access/access.decorators.js';
import { Idempotent } from '../../http/idempotency/idempotent.decorator.js';
import { Limited } from '../../http/limit/limited.decorator.js';
import { networkRequests } from '../../http/limit/network-requests.js';
import { UserAgent } from '../../http/user-agent.decorator.js';
import { MailboxNotProvenError, UserNotActiveError } from '../../modules/user/index.js';
import { KeepRefreshCookieInterceptor } from '../session/cookie/refresh-cookie.interceptors.js';
import type { TokenView } from '../session/dto/token-view.dto.js';
import { SignIn } from '../session/sign-in.service.js';
import type { Device } from './device/device.js';
import { ThisDevice } from './device/this-device.decorator.js';
import { UserCredentials, UserDetails } from './dto/user-bodies.dto.js';
import { UserView } from './dto/user-view.dto.js';
import { Action, checksPassword, exampleOf, john } from './user.actions.js';
import { UserResource } from './user.resource.js';

/** Accounts over HTTP. */
@Controller('user')
@Public()
@Limited(networkRequests)
export class UserController {
  constructor(
    private readonly users: UserResource,
    private readonly signingIn: SignIn,
  ) {}

  @Post()
  @Limited(({ limits }) => ({ name: 'sign-ups', max: limits.signUpsPerDay, perMs: dayMs, store: 'database' }))
  @Idempotent()
  @Action('Create a new user with the provided details.', {
    done: 'User created successfully.',
    examples: exampleOf({ name: 'John', surname: 'Doe', ...john }),
    refusals: { 429: 'Too many requests from this network.' },
  })
  create(@Body() details: UserDetails): Promise<void> {
    return this.users.create(details);
  }

  @Post('signin')
  @UseInterceptors(KeepRefreshCookieInterceptor)
  @Action('Authenticate a user with email and password.', {
    ...checksPassword,
    done: 'User signed in successfully.',
    returns: UserView,
    raises: [...checksPassword.raises, UserNotActiveError],
  })
  signIn(
    @Body() credentials: UserCredentials,
    @ThisDevice() device: Device,
    @UserAgent() client?: string,
  ): Promise<UserView | TokenView> {
    return this.signingIn.signIn(credentials, device, client);
  }

  @Post('activate')
  @Action('Activate an existing user account.', {
    ...checksPassword,
    done: 'User activated successfully.',
    raises: [...checksPassword.raises, MailboxNotProvenError],
  })
  activate(@Body() credentials: UserCredentials, @ThisDevice() device: Device): Promise<void> {
    return this.users.activate(credentials, device);
  }

  @Post('deactivate')
  @Action('Deactivate an existing user account.', {
    ...checksPassword,
    done: 'User deactivated successfully.',
  })
  deactivate(@Body() credentials: UserCredentials, @ThisDevice() device: Device): Promise<void> {
    return this.users.deactivate(credentials, device);
  }
}
