// Real: the throttle, its settings and the HTTP rules. Fake: the controller behind it.
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Global, HttpCode, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { HttpAdapter } from '../../src/http/http.adapter.js';
import { readSettings, Settings } from '../../src/config/settings.js';
import { applyHttpRules } from '../../src/http/http.setup.js';
import { createLogger } from '../../src/http/logging/logger.js';
import { AccountThrottlerGuard } from '../../src/http/throttling/account-throttler.guard.js';
import { Public } from '../../src/http/access/access.decorators.js';

@Controller('account')
@Public()
@UseGuards(AccountThrottlerGuard)
class AccountController {
  @Post('one')
  @HttpCode(200)
  one(): void {}

  @Post('two')
  @HttpCode(200)
  two(): void {}
}

@Controller('free')
@Public()
class FreeController {
  @Get()
  free(): void {}
}

let app: NestExpressApplication;
afterEach(() => app.close());

async function start(variables: Record<string, string>): Promise<string> {
  const settings = readSettings(variables);

  @Global()
  @Module({ providers: [{ provide: Settings, useValue: settings }], exports: [Settings] })
  class SettingsModule {}

  @Module({ imports: [SettingsModule], controllers: [AccountController, FreeController] })
  class TestModule {}

  app = await NestFactory.create<NestExpressApplication>(TestModule, new HttpAdapter(), {
    bodyParser: false,
    logger: false,
  });
  applyHttpRules(app, settings.http, createLogger({ level: 'silent', format: 'json' }));
  await app.listen(0, '127.0.0.1');
  return app.getUrl();
}

async function statuses(
  url: string,
  paths: string[],
  headers: Record<string, string> = {},
): Promise<number[]> {
  const responses: number[] = [];
  for (const path of paths) responses.push((await fetch(url + path, { method: 'POST', headers })).status);
  return responses;
}

describe('The throttle', () => {
  it('counts the account routes of a client together and answers 429 with Retry-After beyond the limit', async () => {
    const url = await start({ RATE_LIMIT_PER_MINUTE: '3' });

    expect(await statuses(url, ['/account/one', '/account/two', '/account/one'])).toEqual([200, 200, 200]);
    const response = await fetch(`${url}/account/two`, { method: 'POST' });
    const wait = Number(response.headers.get('retry-after'));

    expect(response.status).toBe(429);
    expect(await response.text()).toBe(
      JSON.stringify({ status_code: 429, detail: 'Too Many Requests', error: 'HTTPException' }),
    );
    expect(wait).toBeGreaterThan(1);
    expect(wait).toBeLessThanOrEqual(60);
    expect((await fetch(`${url}/free`)).status).toBe(200);
  });

  it('is off when the limit is 0', async () => {
    const url = await start({ RATE_LIMIT_PER_MINUTE: '0' });

    expect(await statuses(url, Array(20).fill('/account/one'))).toEqual(Array(20).fill(200));
  });

  it('distinguishes clients behind a trusted proxy, and trusts X-Forwarded-For from no one else', async () => {
    const trusting = await start({ RATE_LIMIT_PER_MINUTE: '1', TRUSTED_PROXIES: '1' });
    const first = await statuses(trusting, ['/account/one'], { 'X-Forwarded-For': '192.0.2.1' });
    const second = await statuses(trusting, ['/account/one'], { 'X-Forwarded-For': '192.0.2.2' });
    await app.close();
    const doubting = await start({ RATE_LIMIT_PER_MINUTE: '1' });
    const third = await statuses(doubting, ['/account/one'], { 'X-Forwarded-For': '192.0.2.3' });
    const fourth = await statuses(doubting, ['/account/one'], { 'X-Forwarded-For': '192.0.2.4' });

    expect([...first, ...second, ...third, ...fourth]).toEqual([200, 200, 200, 429]);
  });
});
