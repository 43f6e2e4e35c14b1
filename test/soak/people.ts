import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from '../crash/chance.js';

const maxRequestMs = 30_000;
const pauseMs = 40;

interface Address {
  readonly url: string;
  /** Never restarted, so it always answers. */
  readonly isSteady: boolean;
}

/** Clients that sign up, sign in and read, at random, and record what they were answered. */
export class People {
  readonly acknowledged: string[] = [];
  /** The count of each status; 0 stands for no response. */
  readonly statuses = new Map<number, number>();
  readonly unexpected: string[] = [];
  readonly #active: string[] = [];
  #created = 0;

  constructor(
    private readonly chance: Chance,
    private readonly addresses: () => readonly Address[],
  ) {}

  async work(howMany: number, isOver: () => boolean): Promise<void> {
    await Promise.all(
      Array.from({ length: howMany }, async () => {
        while (!isOver()) {
          await this.#act();
          await pause(this.chance.upTo(2 * pauseMs));
        }
      }),
    );
  }

  async #act(): Promise<void> {
    const email = this.#active[this.chance.whole(0, this.#active.length - 1)];
    if (!email) return this.#signUp();
    return this.chance.among([
      [() => this.#signUp(), 4],
      [() => this.#signInAndRead(email), 4],
      [() => this.#send('/').then(() => undefined), 2],
    ])();
  }

  async #signUp(): Promise<void> {
    const email = `person-${++this.#created}@example.com`;
    const person = { name: 'Soak', surname: 'Test', email, password };
    if (!(await this.#send('/user/', person))) return;
    this.acknowledged.push(email);
    if (await this.#send('/user/activate/', { email, password })) this.#active.push(email);
  }

  async #signInAndRead(email: string): Promise<void> {
    const tokens = (await this.#send('/session/', { email, password })) as
      { access_token: string } | undefined;
    if (tokens) await this.#send('/user/me/', undefined, { Authorization: `Bearer ${tokens.access_token}` });
  }

  /** @returns what was answered with 200, if it was */
  async #send(path: string, body?: object, headers: Record<string, string> = {}): Promise<unknown> {
    const addresses = this.addresses();
    const { url, isSteady } = addresses[this.chance.whole(0, addresses.length - 1)]!;
    let status = 0;
    try {
      const response = await fetch(url + path, {
        method: body ? 'POST' : 'GET',
        headers: { 'Content-Type': 'application/json', ...headers },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(maxRequestMs),
      });
      const text = await response.text();
      status = response.status;
      if (status < 300) return text ? (JSON.parse(text) as unknown) : {};
    } catch {
      // No response: the process has just ended.
    } finally {
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
      if (![200, 201, 503].includes(status) && (status || isSteady))
        this.unexpected.push(`${path} ${status}`);
    }
    return undefined;
  }
}

const password = 'a-long-password';
