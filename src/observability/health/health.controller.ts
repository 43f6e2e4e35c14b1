import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ReadinessCheck } from './readiness.js';
import type { Readiness } from './readiness.js';
import { Public } from '../../http/access/access.decorators.js';

/** For orchestrators and load balancers, and so not in the document that clients are made from (docs/adr/0016). */
@Controller('health')
@Public()
@ApiExcludeController()
export class HealthController {
  constructor(private readonly readiness: ReadinessCheck) {}

  /** Answers while the process serves at all: whether to restart it. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Answers 200 while requests may be sent here. */
  @Get('ready')
  ready(): Promise<Readiness> {
    return this.readiness.run();
  }
}
