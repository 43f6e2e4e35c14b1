import { Module } from '@nestjs/common';
import type { DynamicModule, LoggerService, Provider, Type, ValueProvider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { readSettings, Settings } from '../../src/config/settings.js';
import { createCommitSignal } from '../../src/database/commit-signal.provider.js';
import { Limits } from '../../src/ddd/limit/index.js';
import {
  Clock,
  CommitSignal,
  Courier,
  Delivers,
  OutboxAttempt,
  OutboxMessage,
  OutboxModule,
  OutboxQueue,
} from '../../src/ddd/outbox/index.js';
import type { CourierOptions } from '../../src/ddd/outbox/index.js';
import { MailSeal, NotificationModule, NotificationWorker } from '../../src/modules/notification/index.js';
import type { TestDatabase } from './databases.js';
import { outboxEntities, TestClock } from './letters.js';

export interface CourierStart {
  /** Of the notification service. */
  readonly url?: string;
  readonly options?: Partial<CourierOptions>;
  /** Deliveries at once of each topic, in place of `concurrency`, which all topics share, however many there are. */
  readonly slotsPerTopic?: number;
  /** Of the handlers, besides those of the outbox. */
  readonly entities?: readonly Type[];
  /** Handlers of further topics. */
  readonly handlers?: readonly Provider[];
  readonly modules?: readonly Type[];
  /** In place of the real one. */
  readonly queue?: typeof OutboxQueue;
  readonly clock?: TestClock;
}

/** How many topics a module handles. */
export function topicsOf(module: Type): number {
  const providers = Reflect.getMetadata('providers', module) as readonly Type[];
  return providers.filter((provider) => Reflect.hasMetadata(Delivers.KEY, provider)).length;
}

/** The rest of the assembly. */
@Module({})
class Foundation {
  static of(...providers: ValueProvider[]): DynamicModule {
    return { module: Foundation, global: true, providers, exports: providers.map(({ provide }) => provide) };
  }
}

/** Collects the log lines. */
class Lines implements LoggerService {
  readonly text: string[] = [];
  readonly log = (...line: unknown[]) => void this.text.push(line.join(' '));
  readonly error = this.log;
  readonly warn = this.log;
}

/** A courier in this process, with the modules around it as in the assembly, and a database as the test gives it. */
export class RunningCourier {
  private constructor(
    private readonly module: TestingModule,
    readonly dataSource: DataSource,
    readonly clock: TestClock,
    readonly log: readonly string[],
  ) {}

  static async start(
    database: TestDatabase,
    {
      url = 'http://127.0.0.1:9',
      options,
      slotsPerTopic,
      entities = [],
      handlers = [],
      modules = [],
      queue = OutboxQueue,
      clock = new TestClock(),
    }: CourierStart,
  ): Promise<RunningCourier> {
    const settings = readSettings({ DATABASE_URL: database.url, NOTIFICATION_SERVICE_URL: url });
    const dataSource = await database.connect([...outboxEntities, ...entities]);
    const lines = new Lines();
    const module = await Test.createTestingModule({
      imports: [
        Foundation.of(
          { provide: Settings, useValue: settings },
          { provide: DataSource, useValue: dataSource },
          { provide: CommitSignal, useValue: createCommitSignal(dataSource, settings.database) },
          // Messages are recorded directly here, without the rules that limit them.
          { provide: Limits, useValue: {} },
          { provide: MailSeal, useValue: {} },
        ),
        OutboxModule.with({
          useFactory: () => ({
            ...settings.outbox,
            shutdownGraceMs: settings.http.shutdownGraceMs,
            sendTimeoutMs: 5_000,
            leaseMs: 15_000,
            ...(slotsPerTopic !== undefined && { concurrency: slotsPerTopic * topicsOf(NotificationModule) }),
            ...options,
          }),
        }),
        NotificationModule,
        ...modules,
      ],
      providers: [...handlers],
    })
      .overrideProvider(Clock)
      .useValue(clock)
      .overrideProvider(OutboxQueue)
      .useClass(queue)
      .setLogger(lines)
      .compile();
    await module.init();
    return new RunningCourier(module, dataSource, clock, lines.text);
  }

  /** Records welcome messages, in one unit, which may take its time on a busy machine. @returns their ids */
  welcome(...names: string[]): Promise<string[]> {
    return this.module.get(NotificationWorker).run(
      async ({ welcome }) => {
        const ids: string[] = [];
        for (const name of names) ids.push(await welcome.record({ email: `${name}@example.com`, name }));
        return ids;
      },
      { timeoutMs: 60_000 },
    );
  }

  get<Provider>(provider: Type<Provider>): Provider {
    return this.module.get(provider);
  }

  get queue(): OutboxQueue {
    return this.module.get(OutboxQueue);
  }

  /** Advances the clock, and wakes the courier. */
  pass(milliseconds: number): void {
    this.clock.pass(milliseconds);
    this.module.get(Courier).wake();
  }

  message(id: string): Promise<OutboxMessage> {
    return this.dataSource.manager.findOneByOrFail(OutboxMessage, { id });
  }

  attempts(messageId: string): Promise<OutboxAttempt[]> {
    return this.dataSource.manager.find(OutboxAttempt, { where: { messageId }, order: { number: 'ASC' } });
  }

  async stop(): Promise<void> {
    await this.module.close();
  }
}
