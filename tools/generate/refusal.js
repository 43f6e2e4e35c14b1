/** The request cannot be executed; the message names the remedy. Nothing has been written. */
export class Refusal extends Error {}
