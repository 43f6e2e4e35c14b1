/**
 * Starting an app for a test.
 * Real: Nest, HTTP, the databases. Fake: the app, which has one route.
 */
import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { Controller, Get, Inject, Module } from '@nestjs/common';
import { Settings } from '../src/config/settings.js';
import { createDataSource } from '../src/database/data-source.js';
import { createTestApp, databaseKinds } from './index.js';
import { Public } from '../src/http/access/access.decorators.js';

@Controller()
@Public()
class GreetingController {
  constructor(
    @Inject('greeting') private readonly greeting: string,
    private readonly settings: Settings,
  ) {}

  @Get()
  greet() {
    return { greeting: this.greeting, limit: this.settings.http.bodyLimitBytes };
  }
}

@Module({
  controllers: [GreetingController],
  providers: [{ provide: 'greeting', useValue: 'Hello' }],
})
class GreetingModule {}

const options = { module: GreetingModule, setUp: () => undefined };

describe.each(databaseKinds)('createTestApp on %s', (kind) => {
  it('starts the app with these settings and providers, and stops it', async () => {
    const app = await createTestApp({
      ...options,
      database: kind,
      variables: { BODY_LIMIT_BYTES: '2048' },
      override: (module) => module.overrideProvider('greeting').useValue('Hi'),
    });
    const { status, text } = await app.send('/');
    await app.close();

    expect([status, JSON.parse(text)]).toEqual([200, { greeting: 'Hi', limit: 2_048 }]);
    await expect(app.send('/')).rejects.toThrow();
  });

  it('removes its database with the app, and when the app does not start', async () => {
    const app = await createTestApp({ ...options, database: kind });
    const { database } = app.get(Settings);
    await createDataSource(database, {})
      .initialize()
      .then((open) => open.destroy());
    await app.close();
    let failed: Settings | undefined;
    const start = createTestApp({
      ...options,
      database: kind,
      setUp: (starting) => {
        failed = starting.get(Settings);
        throw new Error('no');
      },
    });

    await expect(start).rejects.toThrow('no');
    expect(await isGone(database)).toBe(true);
    expect(await isGone((failed as Settings).database)).toBe(true);
  });
});

/** Checks for the file without SQLite, which would create it. */
async function isGone(database: Settings['database']): Promise<boolean> {
  if (database.address.kind === 'sqlite') return !existsSync(database.address.file);
  const open = createDataSource(database, {}).initialize();
  return open.then(
    (dataSource) => dataSource.destroy().then(() => false),
    (error: unknown) => /does not exist/.test(String((error as Error).message)),
  );
}
