import { Controller, Get } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { ReadinessCheck } from './readiness.js';
import type { Readiness } from './readiness.js';
import { Public } from '../../http/access/access.decorators.js';

/** For orchestrators and load balancers. Not in the document that clients are generated from (docs/adr/0016). */
@Controller('health')
@Public()
@ApiExcludeController()
export class HealthController {
  constructor(private readonly readiness: ReadinessCheck) {}

  /** Responds while the process works at all, to decide whether to restart it. */
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** Responds with 200 while requests may be sent here. */
  @Get('ready')
  ready(): Promise<Readiness> {
    return this.readiness.run();
  }
}
