import { formatted } from './formatted.js';

/** Every new file of a service: path and text. */
export async function serviceFiles(name) {
  const { kebab } = name;
  const inModule = (role, text) => ({ path: `src/modules/${kebab}/${role}.ts`, text });
  const files = [
    { path: `src/config/groups/${kebab}.settings.ts`, text: settings(name) },
    inModule(`${kebab}.messages`, messages(name)),
    inModule(`${kebab}.worker`, worker(name)),
    inModule(`${kebab}.module`, module(name)),
    inModule('index', index(name)),
    { path: `test/e2e/${kebab}-service.spec.ts`, text: test(name) },
  ];
  return Promise.all(files.map(async ({ path, text }) => ({ path, text: await formatted(path, text) })));
}

const settings = ({ kebab, camel, words, variable }) => `import { setting } from '../setting.js';
import { serviceUrl } from '../validators.js';

export const ${camel}Settings = {
  ${camel}: {
    url: setting('${variable}', serviceUrl, {
      example: 'http://${kebab}:9000',
      meaning: 'URL of the ${words} service; until it is set, messages to it wait',
    }),
  },
};
`;

const messages = ({ kebab, pascal, words }) => `import { outgoingMessage } from '../../ddd/outbox/index.js';

/** A message to the ${words} service. */
export interface ${pascal}Message {
  readonly subject: string;
  readonly text: string;
}

/** Messages to the ${words} service: recorded in the unit of work that causes them, posted after its commit. */
export class ${pascal}MessageRepository extends outgoingMessage({
  topic: '${kebab}.message',
  payload: ({ subject, text }: ${pascal}Message): ${pascal}Message => ({ subject, text }),
  resource: 'messages',
  request: (data) => ({ path: '', data }),
}) {}
`;

const worker = ({
  kebab,
  camel,
  pascal,
  words,
}) => `import { RemoteServiceWorker, SqlWorker } from '../../ddd/worker/index.js';
import { ${pascal}MessageRepository } from './${kebab}.messages.js';

/** Units of work over the messages to the ${words} service. */
export class ${pascal}Worker extends SqlWorker.with({ ${camel}: ${pascal}MessageRepository }) {}

/** Talks to the ${words} service itself. Add HTTP repositories for its resources: \`RemoteServiceWorker.with({ … })\`. */
export class ${pascal}ServiceWorker extends RemoteServiceWorker {}
`;

const module = ({ kebab, camel, pascal, words }) => `import { Module } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { HttpClientModule, components } from '../../ddd/component/index.js';
import { ${pascal}MessageRepository } from './${kebab}.messages.js';
import { ${pascal}ServiceWorker, ${pascal}Worker } from './${kebab}.worker.js';

/** The ${words} service: its client, and the messages to it. */
@Module({
  imports: [
    HttpClientModule.with({
      inject: [Settings],
      useFactory: ({ ${camel}, notification }: Settings) => ({
        // A name that never resolves (RFC 2606): messages wait until the address is set.
        baseURL: ${camel}.url ?? 'http://${kebab}.invalid',
        // The courier's own limit ends a delivery earlier.
        timeout: 2 * notification.timeoutMs,
      }),
    }),
  ],
  ...components(${pascal}Worker, ${pascal}ServiceWorker, ${pascal}MessageRepository.Handler),
})
export class ${pascal}Module {}
`;

const index = ({ kebab, pascal }) => `export { ${pascal}Module } from './${kebab}.module.js';
export { ${pascal}ServiceWorker, ${pascal}Worker } from './${kebab}.worker.js';
`;

const test = ({ kebab, camel, pascal, words, variable }) => `/**
 * Messages to the ${words} service, from the unit of work that records them to their delivery.
 * Real: the whole app, its courier, the databases, HTTP. Fake: the service, which fails as each test says.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ${pascal}Worker } from '../../src/modules/${kebab}/index.js';
import { FakeService, inSequence, respond } from '../../testing/fake-service.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';
import { until } from '../support/until.js';

const message = { subject: 'An account', text: 'It was created' };

describe.each(databaseKinds)('The ${words} service behind an app on %s', (kind) => {
  let database: TestDatabase;
  let service: FakeService;
  let app: TestApp;

  beforeEach(async () => {
    database = await createDatabase(kind);
    service = await FakeService.start(inSequence(respond(503), respond(204)));
    app = await createTestApp({
      database: database.url,
      variables: { SCHEMA_MODE: 'create', ${variable}: service.url },
    });
  });
  afterEach(async () => {
    await app.close();
    await service.stop();
    await database.destroy();
  });

  const readiness = async () =>
    JSON.parse((await app.send('/health/ready/')).text).details.${camel}Service.status as string;

  it('gets a recorded message, and again under the same key after it has failed', async () => {
    const key = await app.get(${pascal}Worker).run(({ ${camel} }) => ${camel}.record(message));

    await until('it is delivered', () => service.received.length === 2);
    expect(service.received).toEqual(
      [1, 2].map((number) => ({ key, number, method: 'POST', path: '/messages/', body: message })),
    );
  });

  it('gets no message of a unit of work that is rolled back', async () => {
    const rolledBack = app.get(${pascal}Worker).run(async ({ ${camel} }) => {
      await ${camel}.record(message);
      throw new Error('Rolled back');
    });
    await expect(rolledBack).rejects.toThrow('Rolled back');
    const key = await app.get(${pascal}Worker).run(({ ${camel} }) => ${camel}.record(message));

    await until('the other one is delivered', () => service.received.length === 2);
    expect(service.received.map((request) => request.key)).toEqual([key, key]);
  });

  it('degrades readiness while it does not respond', async () => {
    expect(await readiness()).toBe('up');

    await service.stop();
    await until('its absence is noticed', async () => (await readiness()) === 'degraded');
  });
});
`;
