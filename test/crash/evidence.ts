import type { CrashReport } from './crash-order.js';
import type { Tables } from './database-reading.js';
import type { Death } from './fleet.js';
import type { ReceivedRequest } from './unreliable-service.js';

/** Everything that a run left behind, for the audit. */
export interface Evidence {
  /** When nothing was left to deliver. */
  readonly tables: Tables;
  /** When the expired messages had been deleted, if that was tried. */
  readonly afterPurge?: Tables;
  /** The requests to the notification service. */
  readonly received: readonly ReceivedRequest[];
  /** Addresses whose account was answered 200. */
  readonly acknowledged: ReadonlySet<string>;
  /** The purposes of the mails that were requested and answered 202, by the address of the account. */
  readonly requested: ReadonlyMap<string, ReadonlySet<string>>;
  /** Addresses whose message was given up because it had killed too many processes, until an operator retried it. */
  readonly givenUp: ReadonlySet<string>;
  readonly toBeGivenUp: number;
  /** The count of each status that clients received. */
  readonly responses: ReadonlyMap<number, number>;
  readonly deaths: readonly Death[];
  readonly reports: readonly (CrashReport & { readonly sender: string })[];
  /** The ordered crash points. */
  readonly places: readonly string[];
  /** Processes that SIGTERM did not end with code 0. */
  readonly notStoppedWell: readonly string[];
}
