import { Controller, Get } from '@nestjs/common';

/**
 * Reports that the process serves, and that it honors the Idempotency-Key. Failing mails show in the responses to their
 * senders.
 */
@Controller('health')
export class HealthController {
  @Get()
  health(): { status: 'ok'; honours: string[] } {
    return { status: 'ok', honours: ['Idempotency-Key'] };
  }
}
