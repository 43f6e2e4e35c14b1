import { Controller, Get } from '@nestjs/common';
import { Public } from '../../http/access/access.decorators.js';

/**
 * Reports that the process serves, and that it honors the Idempotency-Key. Failing mails show in the responses to their
 * senders.
 */
@Controller('health')
@Public()
export class HealthController {
  @Get()
  health(): { status: 'ok'; honours: string[] } {
    return { status: 'ok', honours: ['Idempotency-Key'] };
  }
}
