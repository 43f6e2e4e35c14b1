import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { cookieIn, hostCookie } from '../../../http/host-cookie.js';
import { deviceTokenLifetimeMs } from './device-tokens.service.js';
import type { Device } from './device.js';

/** With its prefix a browser accepts it over TLS only, or from this machine, and for this host only. */
const cookie = '__Host-device';
/** For clients that keep no cookies. */
export const deviceHeader = 'Device-Token';

const documentHeader = ApiHeader({
  name: deviceHeader,
  required: false,
  description:
    'The value of the cookie __Host-device of an earlier sign-in, from clients that keep no cookies: wrong passwords of ' +
    'others then do not delay this request.',
  schema: { type: 'string' },
});

/** The client of the request. It holds its tokens as a cookie, or sends them in a header. */
export const ThisDevice = createParamDecorator(
  (_: unknown, context: ExecutionContext): Device => {
    const http = context.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    return {
      tokens: request.get(deviceHeader) ?? cookieIn(request, cookie),
      keep: (tokens) => response.cookie(cookie, tokens, { ...hostCookie, maxAge: deviceTokenLifetimeMs }),
    };
  },
  [
    (target, method = '') =>
      documentHeader(target, method, Object.getOwnPropertyDescriptor(target, method) as PropertyDescriptor),
  ],
);
