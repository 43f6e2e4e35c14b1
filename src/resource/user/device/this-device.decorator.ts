import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { cookieIn, hostCookie } from '../../../http/host-cookie.js';
import { deviceTokenLifetimeMs } from './device-tokens.service.js';
import type { Device } from './device.js';

/** With its prefix a browser accepts it over TLS only, or from this machine, and for this host only. */
const cookie = '__Host-device';
/** For clients that keep no cookies. */
export const deviceHeader = 'Device-Token';

/** The client of the request. It holds its token as a cookie, or sends it in a header. */
export const ThisDevice = createParamDecorator((_: unknown, context: ExecutionContext): Device => {
  const http = context.switchToHttp();
  const request = http.getRequest<Request>();
  const response = http.getResponse<Response>();
  return {
    token: request.get(deviceHeader) ?? cookieIn(request, cookie),
    keep: (token) => response.cookie(cookie, token, { ...hostCookie, maxAge: deviceTokenLifetimeMs }),
  };
});
