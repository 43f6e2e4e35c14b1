import { Module } from '@nestjs/common';
import { TerminusModule } from '@nestjs/terminus';
import { Settings } from '../config/settings.js';
import { UserModule } from '../modules/user/index.js';
import { DatabaseMonitor } from './health/database-monitor.js';
import { HealthController } from './health/health.controller.js';
import { HealthIndicators } from './health/health-indicators.js';
import { remoteServices } from './health/remote-services.js';
import { ReadinessCheck } from './health/readiness.js';
import { MetricsServer } from './metrics/metrics-server.js';
import { OutboxConsole } from './outbox/outbox-console.js';
import { Tracing } from './tracing/tracing.js';
import { ServerTiming } from './timing/server-timing.js';

/** Health, metrics, tracing and request timings. */
@Module({
  imports: [
    TerminusModule.forRoot({ logger: false }),
    UserModule,
    ...remoteServices.map(({ module }) => module),
  ],
  controllers: [HealthController],
  providers: [
    DatabaseMonitor,
    HealthIndicators,
    ReadinessCheck,
    MetricsServer,
    OutboxConsole,
    ServerTiming,
    {
      provide: Tracing,
      inject: [Settings],
      useFactory: ({ tracing }: Settings) => new Tracing(tracing, 'account-service'),
    },
  ],
})
export class ObservabilityModule {}
