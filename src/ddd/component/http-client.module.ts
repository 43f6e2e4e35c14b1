import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { HttpModule, HttpService } from '@nestjs/axios';
import type { HttpModuleOptions } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, OnApplicationShutdown } from '@nestjs/common';
import { proxyFor } from './http-proxy.js';

export interface RemoteService {
  /** The base of its paths. */
  readonly baseURL: string;
  /** Milliseconds for a request and its response. */
  readonly timeout: number;
}

/** Maximum number of connections to one service; further requests wait for one. */
const connections = 20;

/**
 * The client of one remote service: a pool of keep-alive connections that is closed when the program stops. Import it
 * once, in the module whose HTTP workers call that service.
 */
@Module({})
export class HttpClientModule implements OnApplicationShutdown {
  constructor(private readonly http: HttpService) {}

  static with({
    inject = [],
    useFactory,
  }: Pick<FactoryProvider<RemoteService>, 'inject' | 'useFactory'>): DynamicModule {
    const client = HttpModule.registerAsync({
      inject,
      useFactory: async (...dependencies: unknown[]): Promise<HttpModuleOptions> => {
        const pool = { keepAlive: true, maxSockets: connections };
        const { baseURL, timeout } = await useFactory(...dependencies);
        return {
          baseURL,
          timeout,
          ...proxyFor(baseURL),
          httpAgent: new HttpAgent(pool),
          httpsAgent: new HttpsAgent(pool),
        };
      },
    });
    return { module: HttpClientModule, imports: [client], exports: [HttpModule] };
  }

  onApplicationShutdown(): void {
    const { httpAgent, httpsAgent } = this.http.axiosRef.defaults as {
      httpAgent?: HttpAgent;
      httpsAgent?: HttpsAgent;
    };
    httpAgent?.destroy();
    httpsAgent?.destroy();
  }
}
