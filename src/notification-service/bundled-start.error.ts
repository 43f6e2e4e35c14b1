import { CodedError } from '../ddd/error/index.js';

/** The notification service did not start beside the API. */
export class BundledStartError extends CodedError<'bundled.not-started'> {
  readonly code = 'bundled.not-started';

  constructor(what: string) {
    super(
      `The bundled notification service did not start: it ${what}. Its log lines above give the reason; ` +
        'or run one elsewhere and set NOTIFICATION_SERVICE_URL',
    );
  }
}
