import type { RequestListener } from 'node:http';
import { Injectable, Logger } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { Settings } from '../../config/settings.js';
import { Clock, CommitSignal, Courier, OutboxOperator, OutboxQueue } from '../../ddd/outbox/index.js';
import { TokenVerifier } from '../../http/access/token-verifier.js';
import { errorMappingOf } from '../../http/errors/error-mapping.js';
import { provided } from '../../http/provided.js';
import { ConsoleAccess } from './console-access.js';
import { consoleApp } from './console-app.js';
import { OutboxCommandRunner } from './outbox-command-runner.js';

/** The outbox for operators over HTTP, where OUTBOX_CONSOLE is on: for people as pages, for programs as JSON. */
@Injectable()
export class OutboxConsole {
  readonly #logger = new Logger('OutboxConsole');

  constructor(
    private readonly settings: Settings,
    private readonly dataSource: DataSource,
    private readonly queue: OutboxQueue,
    private readonly courier: Courier,
    private readonly signal: CommitSignal,
    private readonly modules: ModulesContainer,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  get isEnabled(): boolean {
    return this.settings.outboxConsole.enabled;
  }

  /** @throws TypeError in an assembly that cannot verify who asks */
  listener(): RequestListener {
    const verifier = provided(this.modules, TokenVerifier);
    if (!verifier) throw new TypeError('OUTBOX_CONSOLE=on needs a TokenVerifier in the assembly');
    const announce = async () => {
      this.courier.wake();
      await this.signal.announce();
    };
    const { httpAdapter } = this.adapterHost;
    return consoleApp({
      runner: new OutboxCommandRunner(this.dataSource, { announce }),
      operator: new OutboxOperator(this.dataSource, new Clock()),
      queue: this.queue,
      access: new ConsoleAccess(verifier),
      errorMapping: errorMappingOf(httpAdapter.getInstance()),
      logger: this.#logger,
    });
  }
}
