/** What was asked for cannot be done; the message tells the way out. Nothing has been written. */
export class Refusal extends Error {}
