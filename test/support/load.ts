import { Agent, request } from 'node:http';

/** How a request ended: with a complete response of this status, or with an error before or after it was sent. */
export interface Ending {
  readonly status?: number;
  readonly error?: string;
  /** Whether it had been handed to an open connection. */
  readonly sent: boolean;
  readonly endedAt: number;
}

/**
 * Clients that send one request after another over kept-alive connections, each until it is sent elsewhere
 * (503, or a refused connection), or one of its requests is aborted.
 */
export class Load {
  readonly endings: Ending[] = [];
  readonly #agent = new Agent({ keepAlive: true });
  readonly #clients: Promise<void>[];

  constructor(
    private readonly url: string,
    clients: number,
    private readonly next: (client: number) => { readonly path: string; readonly body?: object },
  ) {
    this.#clients = Array.from({ length: clients }, (_, client) => this.#run(client));
  }

  /** Waits until every client has gone elsewhere. */
  async over(): Promise<void> {
    await Promise.all(this.#clients);
    this.#agent.destroy();
  }

  async answered(count: number): Promise<void> {
    while (this.endings.length < count) await new Promise((again) => setTimeout(again, 5));
  }

  async #run(client: number): Promise<void> {
    for (;;) {
      const ending = await this.#send(this.next(client));
      this.endings.push(ending);
      if (ending.error !== undefined || ending.status === 503) return;
    }
  }

  #send({ path, body }: { readonly path: string; readonly body?: object }): Promise<Ending> {
    return new Promise((resolve) => {
      let sent = false;
      const end = (how: Pick<Ending, 'status' | 'error'>) => resolve({ ...how, sent, endedAt: Date.now() });
      const call = request(this.url + path, {
        agent: this.#agent,
        method: body ? 'POST' : 'GET',
        headers: body ? { 'content-type': 'application/json' } : {},
      });
      call.on('socket', (socket) => {
        if (!socket.connecting) sent = true;
        else socket.once('connect', () => (sent = true));
      });
      call.on('error', (error: NodeJS.ErrnoException) => end({ error: error.code ?? error.message }));
      call.on('response', (response) => {
        response.on('error', (error: NodeJS.ErrnoException) => end({ error: error.code ?? error.message }));
        response.on('end', () =>
          end(response.complete ? { status: response.statusCode ?? 0 } : { error: 'cut in the middle' }),
        );
        response.resume();
      });
      call.end(body && JSON.stringify(body));
    });
  }
}
