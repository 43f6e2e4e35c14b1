import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Settings } from '../../config/settings.js';
import { tracesUrl } from './traces-url.js';

/** Traces this program when a collector is configured. Otherwise OpenTelemetry is not loaded. */
@Injectable()
export class Tracing implements OnModuleInit, OnApplicationShutdown {
  #stop = () => Promise.resolve();

  /** @param program the `service.name` of its spans */
  constructor(
    private readonly settings: Settings['tracing'],
    private readonly program: string,
  ) {}

  async onModuleInit(): Promise<void> {
    const url = tracesUrl(this.settings);
    if (url === undefined) return;
    const { sendTraces } = await import('./send-traces.js');
    this.#stop = sendTraces(url, this.program);
  }

  /** Flushes pending spans. */
  async onApplicationShutdown(): Promise<void> {
    await this.#stop();
  }
}
