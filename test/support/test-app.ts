import { AppModule } from '../../src/app.module.js';
import { setUpApp } from '../../src/app.setup.js';
import { createTestApp as startTestApp } from '../../testing/index.js';
import type { TestApp, TestAppOptions as StartOptions } from '../../testing/index.js';

export type { TestResponse, TestApp } from '../../testing/index.js';

export interface TestAppOptions {
  /** Where the accounts are kept: the `url` of a test database. */
  readonly database: string;
  /** Settings as environment variables, which override those that make a test fast. */
  readonly variables?: Readonly<Record<string, string>>;
  readonly override?: StartOptions['override'];
}

/** Cheap hashes that are never rejected, no port for metrics, and an unreachable notification service. */
const quick = {
  PASSWORD_MEMORY_KIB: '64',
  PASSWORD_MAX_WAIT_MS: '60000',
  METRICS: 'off',
  // All clients of a test have one address.
  RATE_LIMIT_PER_MINUTE: '0',
  NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
};

/** Starts the account service: every module, the HTTP rules, the docs. */
export const createTestApp = ({ database, variables, override }: TestAppOptions): Promise<TestApp> =>
  startTestApp({
    module: AppModule,
    setUp: setUpApp,
    database: { url: database },
    variables: { ...quick, ...variables },
    ...(override && { override }),
  });
