import { Body, Controller, Get, HttpCode, Module, Post, type Provider, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AddressInfo } from 'node:net';
import { HttpAdapter } from '../../src/http/http.adapter.js';
import { appErrorMapping } from '../../src/app.error-mapping.js';
import { applyHttpRules, type HttpRules } from '../../src/http/http.setup.js';
import { createLogger } from '../../src/http/logging/logger.js';
import { UserCredentials, UserDetails } from '../../src/resource/user/dto/user-bodies.dto.js';
import { Public } from '../../src/http/access/access.decorators.js';

/** Returns what it received, so that a test sees the result of the HTTP rules. */
@Controller('echo')
@Public()
export class EchoController {
  @Get()
  read(): object {
    return { read: true };
  }

  @Post()
  @HttpCode(200)
  echo(@Body() body: object): object {
    return body;
  }

  @Post('credentials')
  @HttpCode(200)
  credentials(@Body() credentials: UserCredentials): UserCredentials {
    return credentials;
  }

  @Post('details')
  @HttpCode(200)
  details(@Body() details: UserDetails): UserDetails {
    return details;
  }
}

export interface Program {
  readonly app: NestExpressApplication;
  readonly port: number;
  readonly url: string;
  /** The log so far, one parsed object per line. */
  log(): Record<string, unknown>[];
  /** The log so far, as written. */
  logText(): string;
}

/** Starts a real server with the real rules, the given controllers, and a log kept in memory. */
export async function startProgram(
  parts: { controllers?: Type[]; providers?: Provider[] } = {},
  rules: Partial<HttpRules> = {},
): Promise<Program> {
  @Module({ controllers: [EchoController, ...(parts.controllers ?? [])], providers: parts.providers ?? [] })
  class TestModule {}

  const lines: string[] = [];
  const logger = createLogger({ level: 'info', format: 'json' }, { write: (line) => void lines.push(line) });
  const app = await NestFactory.create<NestExpressApplication>(TestModule, new HttpAdapter(), {
    bodyParser: false,
    logger: false,
  });
  const standard = {
    bodyLimitBytes: 1_024,
    shutdownGraceMs: 60_000,
    keepAliveTimeoutMs: 65_000,
  };
  applyHttpRules(app, { ...standard, ...rules }, logger, appErrorMapping);
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    app,
    port,
    url: `http://127.0.0.1:${port}`,
    log: () => lines.map((line) => JSON.parse(line) as Record<string, unknown>),
    logText: () => lines.join(''),
  };
}
