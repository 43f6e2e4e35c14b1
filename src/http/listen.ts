import type { INestApplication } from '@nestjs/common';

/**
 * Connections that the system keeps until they are taken, one in each turn of the event loop. With Node's own 511 some of
 * a crowd of 600 were dropped, and came again after one to three seconds; the system may allow fewer (`somaxconn`).
 */
const backlog = 4_096;

/** What Nest hands on to `server.listen`, of which its types know less. */
interface Listening {
  listen(port: number, host: string, backlog: number): Promise<unknown>;
}

/** Begins to take requests. */
export async function listen(
  app: INestApplication,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<void> {
  await (app as unknown as Listening).listen(port, host, backlog);
}
