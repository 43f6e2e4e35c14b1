import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from './chance.js';

/** A suspended process never responds. */
const maxRequestMs = 2_000;
const tries = 8;

/** Clients that create accounts over HTTP, retry after a failure, and record the responses. */
export class Clients {
  /** Addresses whose creation was answered 200. */
  readonly acknowledged = new Set<string>();
  /** The count of each status; 0 stands for no response. */
  readonly responses = new Map<number, number>();
  private created = 0;

  constructor(
    private readonly chance: Chance,
    /** The addresses of the running processes. */
    private readonly urls: () => string[],
  ) {}

  /** Creates accounts, a few at a time, until it is stopped. */
  async work(howMany: number, pauseBetween: number, isOver: () => boolean): Promise<void> {
    await Promise.all(
      Array.from({ length: howMany }, async () => {
        while (!isOver()) {
          await this.createOne();
          await pause(this.chance.upTo(2 * pauseBetween));
        }
      }),
    );
  }

  /** Creates one account; sometimes two clients create the same. */
  async createOne(prefix = 'account'): Promise<void> {
    const email = `${prefix}-${++this.created}@example.com`;
    const twins = this.chance.upTo(1) < 0.1 ? 2 : 1;
    await Promise.all(Array.from({ length: twins }, () => this.#create(email)));
  }

  async #create(email: string): Promise<void> {
    for (let attempt = 1; attempt <= tries; attempt++) {
      const status = await this.#post(email);
      this.responses.set(status, (this.responses.get(status) ?? 0) + 1);
      if (status === 200) {
        this.acknowledged.add(email);
        return;
      }
      await pause(40 * attempt);
    }
  }

  async #post(email: string): Promise<number> {
    const url = await this.#someUrl();
    if (!url) return 0;
    try {
      const { status } = await fetch(`${url}/user/`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ name: 'Crash', surname: 'Test', email, password: 'a-long-password' }),
        signal: AbortSignal.timeout(maxRequestMs),
      });
      return status;
    } catch {
      return 0;
    }
  }

  /** Chosen as by a load balancer in front of the processes. */
  async #someUrl(): Promise<string | undefined> {
    let urls = this.urls();
    for (let waited = 0; !urls.length && waited < maxRequestMs; waited += 10) {
      await pause(10);
      urls = this.urls();
    }
    return urls[this.chance.whole(0, urls.length - 1)];
  }
}
