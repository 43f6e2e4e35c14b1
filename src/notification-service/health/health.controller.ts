import { Controller, Get } from '@nestjs/common';

/**
 * Tells that the process serves, and that a repeat under one key sends nothing. Whether mails get out shows in the answers
 * to those who send them.
 */
@Controller('health')
export class HealthController {
  @Get()
  health(): { status: 'ok'; honours: string[] } {
    return { status: 'ok', honours: ['Idempotency-Key'] };
  }
}
