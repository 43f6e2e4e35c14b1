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

/** The address cannot be listened on. One sentence with the way out. */
export class ListenError extends Error {
  override readonly name = 'ListenError';

  /** @param prefix of the settings that name the address: `NOTIFICATION_` of NOTIFICATION_PORT */
  constructor(host: string, port: number, cause: NodeJS.ErrnoException, prefix = '') {
    const reasons: Readonly<Record<string, string>> = {
      EADDRINUSE: `is in use by another program: stop that, or set ${prefix}PORT to another one`,
      EACCES: `may not be listened on by this user: set ${prefix}PORT to one above 1023`,
      EADDRNOTAVAIL: `is no address of this machine: set ${prefix}HOST to one, or to 0.0.0.0 for all`,
      ENOTFOUND: `is no address of this machine: set ${prefix}HOST to one, or to 0.0.0.0 for all`,
    };
    super(
      `${host}:${port} ${reasons[cause.code ?? ''] ?? `cannot be listened on (${cause.message}): set ${prefix}HOST and ${prefix}PORT`}`,
    );
  }
}

/** Begins to take requests. @throws ListenError */
export async function listen(
  app: INestApplication,
  { port, host }: { readonly port: number; readonly host: string },
  prefix?: string,
): Promise<void> {
  await (app as unknown as Listening).listen(port, host, backlog).catch((error: unknown) => {
    const cause = error as NodeJS.ErrnoException;
    throw cause.syscall === 'listen' || cause.code === 'ENOTFOUND'
      ? new ListenError(host, port, cause, prefix)
      : cause;
  });
}
