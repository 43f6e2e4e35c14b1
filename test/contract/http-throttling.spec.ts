// Real: limits on routes, their settings, their headers and the HTTP rules. Fake: the controllers behind them.
import { afterEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Global, HttpCode, Module, Post } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { appErrorMapping } from '../../src/app.error-mapping.js';
import { readSettings, Settings } from '../../src/config/settings.js';
import { DatabaseCountStore, LimitCount, Limits } from '../../src/ddd/limit/index.js';
import { Public } from '../../src/http/access/access.decorators.js';
import { HttpAdapter } from '../../src/http/http.adapter.js';
import { applyHttpRules } from '../../src/http/http.setup.js';
import { Limited } from '../../src/http/limit/limited.decorator.js';
import { networkRequests } from '../../src/http/limit/network-requests.js';
import { createLogger } from '../../src/http/logging/logger.js';
import { MovedClock } from '../support/moved-clock.js';
import { useDatabase } from '../support/use-database.js';

@Controller('account')
@Public()
@Limited(networkRequests)
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

  @Get('exports')
  @Limited({ name: 'exports', max: 2, perMs: 3_600_000, store: 'database' })
  export(): void {}
}

const database = useDatabase('sqlite', [LimitCount], { perTest: true });
const secret = { bytes: Buffer.alloc(32, 7) };
let app: NestExpressApplication | undefined;
let lines: string[];
afterEach(stop);

async function stop(): Promise<void> {
  await app?.close();
  app = undefined;
}

async function start(
  variables: Record<string, string>,
  controllers: Type[] = [AccountController, FreeController],
): Promise<string> {
  const settings = readSettings(variables);
  const limits = new Limits(new DatabaseCountStore(database.dataSource, secret), secret);

  @Global()
  @Module({
    providers: [
      { provide: Settings, useValue: settings },
      { provide: Limits, useValue: limits },
    ],
    exports: [Settings, Limits],
  })
  class SharedModule {}

  @Module({ imports: [SharedModule], controllers })
  class TestModule {}

  app = await NestFactory.create<NestExpressApplication>(TestModule, new HttpAdapter(), {
    bodyParser: false,
    abortOnError: false,
    logger: false,
  });
  lines = [];
  const logger = createLogger({ level: 'info', format: 'json' }, { write: (line) => void lines.push(line) });
  applyHttpRules(app, settings.http, logger, appErrorMapping);
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

describe('A limit on the requests of a network', () => {
  it('counts the account routes together and answers 429 with Retry-After beyond the limit', async () => {
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

  it('is 120 a minute unless told', async () => {
    const url = await start({});
    const { headers } = await fetch(`${url}/account/one`, { method: 'POST' });

    expect(headers.get('ratelimit-policy')).toBe('"requests";q=120;w=60');
    expect(headers.get('ratelimit')).toBe('"requests";r=119;t=60');
  });

  it('is never reached by a client that waits as RateLimit says', async () => {
    const clock = new MovedClock();
    try {
      const url = await start({ RATE_LIMIT_PER_MINUTE: '7' });
      const seen = new Set<number>();
      for (let nth = 0; nth < 60; nth++) {
        const response = await fetch(`${url}/account/one`, { method: 'POST' });
        seen.add(response.status);
        const [, remaining, reset] = /r=(\d+);t=(\d+)/.exec(response.headers.get('ratelimit') ?? '') ?? [];
        clock.move(remaining === '0' ? Number(reset) * 1_000 : 400);
      }

      expect([...seen]).toEqual([200]);
    } finally {
      clock.restore();
    }
  });

  it('is off when the limit is 0, and with it every other limit on networks', async () => {
    const url = await start({ RATE_LIMIT_PER_MINUTE: '0' });

    expect(await statuses(url, Array(20).fill('/account/one'))).toEqual(Array(20).fill(200));
    const answers = [];
    for (let nth = 0; nth < 3; nth++) answers.push(await fetch(`${url}/free/exports`));
    expect(answers.map(({ status, headers }) => [status, headers.get('ratelimit')])).toEqual(
      Array(3).fill([200, null]),
    );
  });

  it('stops the start with its name when it would not work', async () => {
    @Controller('hasty')
    @Public()
    @Limited({ name: 'hasty', max: 5, perMs: 10 })
    class HastyController {}

    await expect(start({}, [HastyController])).rejects.toThrow(
      'The limit hasty has perMs 10: give a whole number of at least 1000 milliseconds',
    );
  });

  it('is one line in the log, with the limit and without a stack', async () => {
    const url = await start({ RATE_LIMIT_PER_MINUTE: '1' });
    await statuses(url, ['/account/one', '/account/one']);

    const refused = lines.filter((line) => line.includes('"status":429'));
    expect(refused).toHaveLength(1);
    expect(JSON.parse(refused[0] ?? '')).toMatchObject({
      status: 429,
      reason: { type: 'LimitReachedError', message: 'The limit requests is reached' },
    });
    expect(refused[0]).not.toContain('stack');
  });
});

describe('Who is counted', () => {
  const one = ['/account/one'];
  const from = (url: string, address: string) => statuses(url, one, { 'X-Forwarded-For': address });

  it('is the client behind a trusted proxy, and X-Forwarded-For is believed from no one else', async () => {
    const trusting = await start({ RATE_LIMIT_PER_MINUTE: '1', TRUSTED_PROXIES: '1' });
    const first = await from(trusting, '192.0.2.1');
    const second = await from(trusting, '198.51.100.9, 192.0.2.2');
    await stop();
    const doubting = await start({ RATE_LIMIT_PER_MINUTE: '1' });
    const third = await from(doubting, '192.0.2.3');
    const fourth = await from(doubting, '192.0.2.4');

    expect([...first, ...second, ...third, ...fourth]).toEqual([200, 200, 200, 429]);
  });

  it('is the first address before proxies in trusted networks', async () => {
    const url = await start({
      RATE_LIMIT_PER_MINUTE: '1',
      TRUSTED_PROXIES: '127.0.0.0/8, 10.0.0.0/8, fd00::/8',
    });

    expect(await from(url, '203.0.113.7, 192.0.2.1, 10.1.2.3, [fd00::9]:443')).toEqual([200]);
    expect(await from(url, '198.51.100.1, 192.0.2.1, 10.9.9.9')).toEqual([429]);
    expect(await from(url, '192.0.2.2, 10.9.9.9')).toEqual([200]);
  });

  it.each([
    ['an IPv4 address whatever the port', ['192.0.2.1:1234', '192.0.2.1:5678'], '192.0.2.2'],
    ['the /64 of an IPv6 address', ['2001:db8:0:1::1', '[2001:0DB8::1:ffff:0:0:9]:443'], '2001:db8:0:2::1'],
    ['an IPv4 address however it is written', ['192.0.2.1', '::ffff:192.0.2.1', '::ffff:c000:201'], '::1'],
    [
      'the connection where the header holds no address',
      ['unknown', '_secret', '999.1.1.1', ''],
      '192.0.2.9',
    ],
  ])('is %s', async (_, same, other) => {
    const url = await start({ RATE_LIMIT_PER_MINUTE: '1', TRUSTED_PROXIES: '1' });
    const answers = [];
    for (const address of same) answers.push(...(await from(url, address)));

    expect(answers).toEqual([200, ...Array(same.length - 1).fill(429)]);
    expect(await from(url, other)).toEqual([200]);
  });
});
