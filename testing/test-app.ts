import type { AddressInfo } from 'node:net';
import type { Abstract, DynamicModule, Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { TestingModuleBuilder } from '@nestjs/testing';
import type { Logger } from 'pino';
import { ConfigModule } from '../src/config/config.module.js';
import { readSettings } from '../src/config/settings.js';
import { HttpAdapter } from '../src/http/http.adapter.js';
import { createLogger } from '../src/http/logging/logger.js';
import { createDatabase } from './databases.js';
import type { DatabaseKind } from './databases.js';

export interface TestAppOptions {
  /** The assembly. */
  readonly module: Type | DynamicModule;
  /** What the program does to its app before it listens. */
  readonly setUp: (app: NestExpressApplication, logger: Logger) => void;
  /** Where data is kept: a test database, or a kind for an empty one that lives as long as the app. */
  readonly database: DatabaseKind | { readonly url: string };
  /** Settings, as environment variables. */
  readonly variables?: Readonly<Record<string, string>>;
  /**
   * Overrides providers through Nest's testing module: `(module) => module.overrideProvider(Clock).useValue(clock)`.
   */
  readonly override?: (module: TestingModuleBuilder) => TestingModuleBuilder;
}

/** A response, read to its end. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/**
 * Starts a whole app in the same way as its program, on a free local port. Close it, or its database is left behind.
 */
export async function createTestApp({ database, ...options }: TestAppOptions): Promise<TestApp> {
  if (typeof database === 'object') return start(options, database.url, async () => undefined);
  const created = await createDatabase(database);
  try {
    return await start(options, created.url, created.destroy);
  } catch (error) {
    await created.destroy();
    throw error;
  }
}

async function start(
  { module, setUp, variables, override = (unchanged) => unchanged }: Omit<TestAppOptions, 'database'>,
  database: string,
  removeDatabase: () => Promise<void>,
): Promise<TestApp> {
  const settings = readSettings({ ...variables, DATABASE_URL: database });
  const lines: string[] = [];
  const logger = createLogger({ level: 'info', format: 'json' }, { write: (line) => void lines.push(line) });
  const assembly = Test.createTestingModule({ imports: [ConfigModule.with(settings), module] });
  const compiled = await override(assembly).compile();
  const app = compiled.createNestApplication<NestExpressApplication>(new HttpAdapter(), {
    bodyParser: false,
  });
  try {
    setUp(app, logger);
    await app.listen(0, '127.0.0.1');
  } catch (error) {
    await app.close();
    throw error;
  }
  return new TestApp(app, lines, removeDatabase);
}

/** The running app, with its log kept in memory. */
export class TestApp {
  readonly port: number;
  readonly url: string;

  constructor(
    private readonly app: NestExpressApplication,
    private readonly lines: readonly string[],
    private readonly removeDatabase: () => Promise<void>,
  ) {
    this.port = (app.getHttpServer().address() as AddressInfo).port;
    this.url = `http://127.0.0.1:${this.port}`;
  }

  /** A provider of the app. */
  get<Provided>(token: Type<Provided> | Abstract<Provided>): Provided {
    return this.app.get<Provided>(token);
  }

  /** Sends a request and reads the response to its end. */
  async send(path: string, init?: RequestInit): Promise<TestResponse> {
    const response = await fetch(this.url + path, init);
    return { status: response.status, headers: response.headers, text: await response.text() };
  }

  /** Posts JSON. */
  post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<TestResponse> {
    return this.send(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  }

  /** The log so far, one parsed object per line. */
  log(): Record<string, unknown>[] {
    return this.lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** The log so far, as written. */
  logText(): string {
    return this.lines.join('');
  }

  /** Stops the app as SIGTERM does: it answers for as long as a connected client may send another request. */
  async stop(): Promise<void> {
    await this.app.close();
    await this.removeDatabase();
  }

  /** Stops the app once the test sends no more requests, and removes a database that was created for it. */
  async close(): Promise<void> {
    this.app.getHttpServer().closeIdleConnections();
    await this.stop();
  }
}
