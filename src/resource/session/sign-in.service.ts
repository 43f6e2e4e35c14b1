import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import type { Device } from '../user/device/device.js';
import { UserView } from '../user/dto/user-view.dto.js';
import { UserResource } from '../user/user.resource.js';
import type { Credentials } from '../user/user.resource.js';
import { TokenView } from './dto/token-view.dto.js';
import { SessionResource } from './session.resource.js';

/** Responds to a sign-in with an account or tokens, by the setting SIGN_IN. */
@Injectable()
export class SignIn {
  constructor(
    private readonly settings: Settings,
    private readonly users: UserResource,
    private readonly sessions: SessionResource,
  ) {}

  async signIn(credentials: Credentials, device: Device, client?: string): Promise<UserView | TokenView> {
    return this.settings.session.signIn === 'token'
      ? TokenView.of(await this.sessions.signIn(credentials, device, client))
      : UserView.of(await this.users.signIn(credentials, device));
  }
}
