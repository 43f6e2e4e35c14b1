import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from './until.js';

/** A span as it arrived, with the name of the program that sent it. */
export interface SeenSpan {
  readonly program: string;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** As OTLP numbers them: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number;
  readonly attributes: Readonly<Record<string, unknown>>;
}

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

interface Sent {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<SeenSpan, 'attributes' | 'program'> & { attributes: Attribute[] })[];
    }[];
  }[];
}

/** A real collector for OTLP over HTTP in JSON, which only records. */
export class TraceSink {
  readonly spans: SeenSpan[] = [];
  /** Everything that was received, unchanged. */
  raw = '';
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (text: string) => (body += text));
    request.on('end', () => {
      this.raw += body;
      if (request.url === '/v1/traces') this.#keep(JSON.parse(body) as Sent);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });

  static async start(): Promise<TraceSink> {
    const sink = new TraceSink();
    await new Promise<void>((listening) => sink.#server.listen(0, '127.0.0.1', listening));
    return sink;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  /** Waits for a matching span. */
  async saw(fits: (span: SeenSpan) => boolean): Promise<SeenSpan> {
    await until('the span has come', () => this.spans.some(fits));
    return this.spans.find(fits)!;
  }

  #keep({ resourceSpans }: Sent): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      const program = String(values(resource.attributes)['service.name']);
      for (const span of scopeSpans.flatMap(({ spans }) => spans))
        this.spans.push({ ...span, program, attributes: values(span.attributes) });
    }
  }
}

function values(attributes: readonly Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
