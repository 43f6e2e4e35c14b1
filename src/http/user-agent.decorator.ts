import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';

/** The `User-Agent` of the request. Unlike `@Headers('user-agent')` it does not become a required parameter of the document. */
export const UserAgent = createParamDecorator((_: unknown, context: ExecutionContext) =>
  context.switchToHttp().getRequest<Request>().get('user-agent'),
);
