/** The named moments at which a process ends itself, in the order of a message's life. */
export const crashPoints = [
  'between the account and its message',
  'inside the unit',
  'after commit, before wake',
  'after claim',
  'before send',
  'after send, before done',
  'inside done',
  'after done',
  'before the failure is recorded',
  'while the failure is recorded',
  'after the failure is recorded',
] as const;
export type CrashPoint = (typeof crashPoints)[number];

/** The named moments at which a process stops, as if its machine had been suspended, and wakes late. */
export const stallPoints = ['after claim', 'after send, before done'] as const;

/** What a process must do to itself. */
export type CrashOrder =
  | { readonly kind: 'none' }
  /** Killed at the nth passing of a point. */
  | { readonly kind: 'kill' | 'stall'; readonly point: CrashPoint; readonly nth: number }
  /** Killed by each message to an address that begins with `poison`. */
  | { readonly kind: 'poisoned' }
  /** Killed when the attempts of old messages are deleted, and the messages not yet. */
  | { readonly kind: 'purge' }
  /** Killed just before, or just after, dead messages are put back into the queue. */
  | { readonly kind: 'requeue'; readonly when: 'before' | 'after' };

/** What a process reports to the suite. */
export type CrashReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'stalling' }
  /** A result came after its lease had run out, and was dropped. */
  | { readonly kind: 'lease lost'; readonly key: string }
  | { readonly kind: 'result not written'; readonly key: string; readonly error: string };
