import { Controller, Get } from '@nestjs/common';

/** Tells that the process serves. Whether mails get out shows in the answers to those who send them. */
@Controller('health')
export class HealthController {
  @Get()
  health(): { status: 'ok' } {
    return { status: 'ok' };
  }
}
