import type { INestApplication } from '@nestjs/common';

/**
 * The system's backlog of connections that wait to be accepted, one per iteration of the event loop. With Node's
 * default of 511 some of 600 simultaneous connections were dropped, and retried after one to three seconds. The system
 * may allow fewer (`somaxconn`).
 */
const backlog = 4_096;

/** What Nest passes to `server.listen`, which its types describe incompletely. */
interface Listening {
  listen(port: number, host: string, backlog: number): Promise<unknown>;
}

/** The address cannot be listened on. One sentence with the remedy. */
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

/** Starts accepting requests. @throws ListenError */
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
