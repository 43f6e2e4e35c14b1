import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { Limits } from '../../ddd/limit/index.js';
import { hourMs } from '../../ddd/timing/index.js';
import type { OpenUnit } from '../../ddd/worker/index.js';

/** Keeps strangers from filling a mailbox: at most some mails of a kind per hour go to one address. */
@Injectable()
export class MailLimit {
  constructor(
    private readonly settings: Settings,
    private readonly limits: Limits,
  ) {}

  /**
   * Counts a mail that is about to be recorded in a unit of work. The client must learn nothing of the result.
   * @param email in its canonical form
   * @param kind the topic of its message
   * @returns false when the address has had enough of this kind: record none
   */
  async allows(email: string, kind: string, unit: OpenUnit): Promise<boolean> {
    const max = this.settings.limits.mailsPerHour;
    const { isAllowed } = await this.limits.take(
      { name: 'mails', max, perMs: hourMs, store: 'database' },
      [email, kind],
      unit,
    );
    return isAllowed;
  }
}
