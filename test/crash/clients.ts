import { setTimeout as pause } from 'node:timers/promises';
import type { Chance } from './chance.js';

/** A suspended process never responds. */
const maxRequestMs = 2_000;
const tries = 8;
/** The share of the accounts that request mails. */
const mailedShare = 0.3;
const password = 'a-long-password';

/** Clients that create accounts over HTTP, retry after a failure, and record the responses. */
export class Clients {
  /** Addresses whose creation was answered 200. */
  readonly acknowledged = new Set<string>();
  /** The purposes of the mails whose request was answered 202, by the address of the account. */
  readonly requested = new Map<string, Set<string>>();
  /** The count of each status; 0 stands for no response. */
  readonly responses = new Map<number, number>();
  private created = 0;

  constructor(
    private readonly chance: Chance,
    /** The addresses of the running processes. */
    private readonly urls: () => string[],
  ) {}

  /** Creates accounts, a few at a time, and requests mails to some of them, until it is stopped. */
  async work(howMany: number, pauseBetween: number, isOver: () => boolean): Promise<void> {
    await Promise.all(
      Array.from({ length: howMany }, async () => {
        while (!isOver()) {
          const email = await this.createOne();
          if (this.acknowledged.has(email) && this.chance.upTo(1) < mailedShare)
            await this.#requestMails(email);
          await pause(this.chance.upTo(2 * pauseBetween));
        }
      }),
    );
  }

  /** Creates one account; sometimes two clients create the same. */
  async createOne(prefix = 'account'): Promise<string> {
    const email = `${prefix}-${++this.created}@example.com`;
    const twins = this.chance.upTo(1) < 0.1 ? 2 : 1;
    await Promise.all(Array.from({ length: twins }, () => this.#create(email)));
    return email;
  }

  /** Proof of the mailbox, another password, another address. */
  async #requestMails(email: string): Promise<void> {
    await this.#request('verification', email, '/user/verification/', { email });
    await this.#request('reset', email, '/user/password/forgotten/', { email });
    if (!(await this.#answered(200, '/user/activate/', { email, password }))) return;
    const session = await this.#answered(200, '/session/', { email, password });
    if (!session) return;
    const { access_token: token } = (await session.json()) as { access_token: string };
    const change = { email: `new-${email}`, password };
    await this.#request('email-change', email, '/user/me/email/', change, {
      Authorization: `Bearer ${token}`,
    });
  }

  async #request(purpose: string, email: string, path: string, body: object, headers = {}): Promise<void> {
    if (!(await this.#answered(202, path, body, headers))) return;
    const purposes = this.requested.get(email) ?? new Set();
    this.requested.set(email, purposes.add(purpose));
  }

  /** Retries, and records a response that no retry would change. @returns the response of this status, if there is one */
  async #answered(expected: number, path: string, body: object, headers = {}): Promise<Response | undefined> {
    for (let attempt = 1; attempt <= tries; attempt++) {
      const response = await this.#send(path, body, headers);
      if (response?.status === expected) return response;
      if (response && response.status !== 503) {
        this.responses.set(response.status, (this.responses.get(response.status) ?? 0) + 1);
        return undefined;
      }
      await pause(40 * attempt);
    }
    return undefined;
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
    const response = await this.#send('/user/', { name: 'Crash', surname: 'Test', email, password });
    return response?.status ?? 0;
  }

  /** @returns undefined without a response */
  async #send(path: string, body: object, headers = {}): Promise<Response | undefined> {
    const url = await this.#someUrl();
    if (!url) return undefined;
    return fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(maxRequestMs),
    }).catch(() => undefined);
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
