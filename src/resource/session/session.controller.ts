import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Post,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import type { Caller } from '../../ddd/resource/index.js';
import {
  CurrentAccount,
  OrByCookie,
  Public,
  Requires,
  SignedIn,
} from '../../http/access/access.decorators.js';
import { Limited } from '../../http/limit/limited.decorator.js';
import { networkRequests } from '../../http/limit/network-requests.js';
import { UserAgent } from '../../http/user-agent.decorator.js';
import { UserNotActiveError } from '../../modules/user/index.js';
import { actionsOf } from '../../rest/action.js';
import type { Device } from '../user/device/device.js';
import { ThisDevice } from '../user/device/this-device.decorator.js';
import { UserCredentials } from '../user/dto/user-bodies.dto.js';
import { checksPassword } from '../user/user.actions.js';
import { userErrorMapping } from '../user/user.error-mapping.js';
import { RefreshCookieGuard } from './cookie/refresh-cookie.guard.js';
import {
  ExpireRefreshCookieInterceptor,
  KeepRefreshCookieInterceptor,
} from './cookie/refresh-cookie.interceptors.js';
import {
  EndSessionDocs,
  IntrospectDocs,
  ListSessionsDocs,
  RefreshSessionDocs,
  SignOutDocs,
  SignOutEverywhereDocs,
} from './docs/session.docs.js';
import { IntrospectionRequest, RefreshRequest } from './dto/session-fields.dto.js';
import { SessionList } from './dto/session-view.dto.js';
import { TokenView } from './dto/token-view.dto.js';
import { SessionResource } from './session.resource.js';
import type { Introspection } from './session.resource.js';

const Action = actionsOf('Session', userErrorMapping);

/** Sessions over HTTP. */
@Controller('session')
export class SessionController {
  constructor(private readonly sessions: SessionResource) {}

  @Post()
  @Public()
  @Limited(networkRequests)
  @UseInterceptors(KeepRefreshCookieInterceptor)
  @Action('Sign in, and get an access token and a refresh token.', {
    ...checksPassword,
    done: 'Signed in.',
    returns: TokenView,
    raises: [...checksPassword.raises, UserNotActiveError],
  })
  async start(
    @Body() credentials: UserCredentials,
    @ThisDevice() device: Device,
    @UserAgent() client?: string,
  ): Promise<TokenView> {
    return TokenView.of(await this.sessions.signIn(credentials, device, client));
  }

  @Post('refresh')
  @HttpCode(200)
  @Public()
  @Limited(networkRequests)
  @UseGuards(RefreshCookieGuard)
  @UseInterceptors(KeepRefreshCookieInterceptor)
  @RefreshSessionDocs()
  async refresh(@Body() { refresh_token: refreshToken }: RefreshRequest): Promise<TokenView> {
    return TokenView.of(await this.sessions.refresh(refreshToken));
  }

  @Get()
  @SignedIn()
  @ListSessionsDocs()
  async list(@CurrentAccount() caller: Caller): Promise<SessionList> {
    return SessionList.of(await this.sessions.list(caller), caller.sessionId);
  }

  @Delete()
  @HttpCode(204)
  @SignedIn()
  @OrByCookie()
  @UseInterceptors(ExpireRefreshCookieInterceptor)
  @SignOutDocs()
  signOut(@CurrentAccount() caller: Caller): Promise<void> {
    return this.sessions.signOut(caller);
  }

  @Delete('all')
  @HttpCode(204)
  @SignedIn()
  @UseInterceptors(ExpireRefreshCookieInterceptor)
  @SignOutEverywhereDocs()
  signOutEverywhere(@CurrentAccount() caller: Caller): Promise<void> {
    return this.sessions.signOutEverywhere(caller);
  }

  @Post('introspect')
  @HttpCode(200)
  @Requires('session:introspect')
  @IntrospectDocs()
  introspect(@Body() { token }: IntrospectionRequest): Promise<Introspection> {
    return this.sessions.introspect(token);
  }

  @Delete(':id')
  @HttpCode(204)
  @SignedIn()
  @EndSessionDocs()
  end(@CurrentAccount() caller: Caller, @Param('id') id: string): Promise<void> {
    return this.sessions.end(caller, id);
  }
}
