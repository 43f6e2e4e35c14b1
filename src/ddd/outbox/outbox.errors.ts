import { CodedError } from '../error/index.js';

/** A message was recorded for a topic that no handler of this program delivers. */
export class UnhandledTopicError extends CodedError<'outbox.unhandled-topic'> {
  readonly code = 'outbox.unhandled-topic';

  constructor(readonly topic: string) {
    super(
      `No handler delivers the topic "${topic}": mark a provider with @Delivers('${topic}') and add it to a module of ` +
        'this program',
    );
  }
}

/** Two handlers would split the messages of one consumer between them. */
export class DuplicateHandlerError extends CodedError<'outbox.duplicate-handler'> {
  readonly code = 'outbox.duplicate-handler';

  constructor(
    readonly topic: string,
    readonly consumer: string,
    readonly handlers: readonly string[],
  ) {
    super(
      `The topic "${topic}" has ${handlers.length} handlers with the consumer name "${consumer}", ` +
        `${handlers.join(' and ')}: keep one, or name each, as in @Delivers({ topic: '${topic}', consumer: 'audit' })`,
    );
  }
}

/** A method declares a schedule with `@Every` that cannot be. */
export class InvalidScheduleError extends CodedError<'outbox.invalid-schedule'> {
  readonly code = 'outbox.invalid-schedule';

  constructor(method: string, cause: unknown) {
    super(
      `@Every of ${method}: ${cause instanceof Error ? cause.message : String(cause)}. It takes five fields, or six with ` +
        `seconds first, and an IANA zone: @Every('0 3 * * *', { zone: 'Europe/Berlin' })`,
      { cause },
    );
  }
}

/** A handler declares with `@Delivers` what cannot be. */
export class InvalidConsumerError extends CodedError<'outbox.invalid-consumer'> {
  readonly code = 'outbox.invalid-consumer';

  constructor(handler: string, reason: string) {
    super(`@Delivers of ${handler}: ${reason}`);
  }
}
