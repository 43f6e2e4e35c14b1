// The guide to limits: its code is code that runs.
// Real: limits on routes and in a rule, the HTTP rules, a database. Fake: the reports.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get, Global, Injectable, Module, Param, Put } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { readSettings, Settings } from '../../src/config/settings.js';
import { DatabaseCountStore, LimitCount, Limits } from '../../src/ddd/limit/index.js';
import { Public } from '../../src/http/access/access.decorators.js';
import { HttpAdapter } from '../../src/http/http.adapter.js';
import { applyHttpRules } from '../../src/http/http.setup.js';
import { Limited } from '../../src/http/limit/limited.decorator.js';
import { createLogger } from '../../src/http/logging/logger.js';
import { useDatabase } from '../support/use-database.js';

const hour = 3_600_000;

@Injectable()
class ReportResource {
  constructor(private readonly limits: Limits) {}

  async order(customer: string): Promise<void> {
    await this.limits.enforce({ name: 'orders', max: 2, perMs: hour, store: 'database' }, customer);
  }
}

const byTenant = {
  name: 'exports',
  max: 2,
  perMs: hour,
  by: ({ headers }: { headers: NodeJS.Dict<string | string[]> }) => String(headers['x-tenant']),
};

@Controller('report')
@Public()
class ReportController {
  constructor(private readonly reports: ReportResource) {}

  @Get()
  @Limited({ name: 'reports', max: 2, perMs: hour })
  list(): void {}

  @Get('export')
  @Limited(byTenant)
  export(): void {}

  @Get('mine')
  @Limited(({ limits }) => ({ name: 'mine', max: limits.signUpsPerDay, perMs: 24 * hour, store: 'database' }))
  mine(): void {}

  @Put(':customer')
  order(@Param('customer') customer: string): Promise<void> {
    return this.reports.order(customer);
  }
}

const database = useDatabase('sqlite', [LimitCount], { perTest: true });
let app: NestExpressApplication;
let url: string;

async function start(): Promise<void> {
  const secret = { bytes: Buffer.alloc(32, 7) };

  @Global()
  @Module({
    providers: [
      { provide: Settings, useValue: readSettings({ SIGN_UPS_PER_DAY: '2' }) },
      { provide: Limits, useValue: new Limits(new DatabaseCountStore(database.dataSource, secret), secret) },
      ReportResource,
    ],
    exports: [Settings, Limits, ReportResource],
  })
  class SharedModule {}

  @Module({ imports: [SharedModule], controllers: [ReportController] })
  class TestModule {}

  app = await NestFactory.create<NestExpressApplication>(TestModule, new HttpAdapter(), {
    bodyParser: false,
    logger: false,
  });
  applyHttpRules(app, readSettings({}).http, createLogger({ level: 'silent', format: 'json' }));
  await app.listen(0, '127.0.0.1');
  url = await app.getUrl();
}

beforeEach(start);
afterEach(() => app.close());

const statusOf = async (path: string, init?: RequestInit) =>
  (await fetch(`${url}/report${path}`, init)).status;

describe('A limit of a team', () => {
  it('counts the requests of a network', async () => {
    expect([await statusOf(''), await statusOf(''), await statusOf('')]).toEqual([200, 200, 429]);
  });

  it('counts what its function returns', async () => {
    const statuses = [];
    for (const tenant of ['a', 'a', 'a', 'b'])
      statuses.push(await statusOf('/export', { headers: { 'x-tenant': tenant } }));

    expect(statuses).toEqual([200, 200, 429, 200]);
  });

  it('takes its maximum from a setting, and holds over a restart where it is counted in the database', async () => {
    const before = [await statusOf('/mine'), await statusOf('/mine')];
    await app.close();
    await start();

    expect([...before, await statusOf('/mine')]).toEqual([200, 200, 429]);
  });

  it('is enforced by a rule, and answered with 429 and Retry-After', async () => {
    const order = (customer: string) => fetch(`${url}/report/${customer}`, { method: 'PUT' });
    const responses = [];
    for (const customer of ['ada', 'ada', 'ada', 'bob']) responses.push(await order(customer));

    expect(responses.map(({ status }) => status)).toEqual([200, 200, 429, 200]);
    expect(Number(responses[2]?.headers.get('retry-after'))).toBeGreaterThan(3_500);
  });
});

describe('docs/guide/limits.md', () => {
  /** Without what differs between a quotation and its place: the depth of lines. */
  const flat = (code: string) => code.trim().replaceAll(/\n\s*/g, '\n');

  it('quotes code of this file, word for word', () => {
    const guide = readFileSync('docs/guide/limits.md', 'utf8');
    const quotations = [...guide.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => flat(code));
    const source = flat(readFileSync(import.meta.filename, 'utf8'));

    expect(quotations).toHaveLength(3);
    expect(quotations.filter((quotation) => !source.includes(quotation))).toEqual([]);
  });
});
