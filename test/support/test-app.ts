import type { AddressInfo } from 'node:net';
import type { Abstract, Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { AppModule } from '../../src/app.module.js';
import { setUpApp } from '../../src/app.setup.js';
import { readSettings, Settings } from '../../src/config/settings.js';
import { createLogger } from '../../src/http/logging/logger.js';

export interface TestAppOptions {
  /** Where the accounts are kept: the `url` of a test database. */
  readonly database: string;
  /** Settings as environment variables, over those that make a test quick. */
  readonly variables?: Readonly<Record<string, string>>;
}

/** An answer, read to its end. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** Hashes that cost little and are never refused; a notification service out of reach, where nobody listens. */
const quick = {
  PASSWORD_MEMORY_KIB: '64',
  PASSWORD_MAX_WAIT_MS: '60000',
  NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
};

/** Starts the whole app as main does: every module, the HTTP rules, the docs; on a free port of this machine. */
export async function createTestApp({ database, variables }: TestAppOptions): Promise<TestApp> {
  const settings = readSettings({ ...quick, ...variables, DATABASE_URL: database });
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', format: 'json' }, { write: (line) => void lines.push(line) });
  const module = await Test.createTestingModule({ imports: [AppModule] })
    .overrideProvider(Settings)
    .useValue(settings)
    .compile();
  const app = module.createNestApplication<NestExpressApplication>({ bodyParser: false });
  setUpApp(app, logger);
  await app.listen(0, '127.0.0.1');
  return new TestApp(app, lines);
}

/** The running app, with its log kept in memory. */
export class TestApp {
  readonly port: number;
  readonly url: string;

  constructor(
    private readonly app: NestExpressApplication,
    private readonly lines: readonly string[],
  ) {
    this.port = (app.getHttpServer().address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.port}`;
  }

  /** A provider of the app. */
  get<Provided>(token: Type<Provided> | Abstract<Provided>): Provided {
    return this.app.get<Provided>(token);
  }

  /** Sends a request and reads the answer to its end. */
  async send(path: string, init?: RequestInit): Promise<Answer> {
    const response = await fetch(this.url + path, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Posts JSON. */
  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  /** The log so far, a parsed line each. */
  log(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** The log so far, as written. */
  logText(): string {
    return this.lines.join('');
  }

  /** Stops the app as SIGTERM does. */
  close(): Promise<void> {
    return this.app.close();
  }
}
