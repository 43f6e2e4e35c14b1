import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Bytes still read from a connection after its last response. */
const maxDiscardedBytes = 262_144;
/** How long a client has to read its last response while it continues to send. */
const maxLingerMs = 1_000;
const pollIntervalMs = 10;

/**
 * Closes connections so that their last response arrives. Node closes the socket as soon as the response is written; if
 * the client is still sending, the system then resets the connection, and the reset may overtake the response (RFC
 * 9112, 9.6).
 */
export function lingerAfterLastResponse(server: Server): void {
  server.on('connection', (socket: Socket) => {
    // eslint-disable-next-line house/no-patched-methods -- Node makes the sockets, and asks no one before it closes one (ADR 0035)
    socket.destroySoon = () => hangUp(socket);
  });
}

/** Sends what is left to send, then waits briefly for the client to close. Whatever it sends meanwhile is discarded. */
function hangUp(socket: Socket): void {
  if (!socket.writable) return;
  onOverflow(socket, maxDiscardedBytes, () => socket.pause());
  socket.end(() => {
    const timeout = setTimeout(() => socket.destroy(), maxLingerMs).unref();
    socket.once('close', () => clearTimeout(timeout));
  });
}

/**
 * Calls back when more than `maxBytes` have arrived from now on. Node does not emit the bytes of an unwanted body, so
 * they are counted on the connection; a listener for them would permanently stop a connection that Node has paused.
 * @returns a function that ends the count
 */
export function onOverflow(socket: Socket, maxBytes: number, callback: () => void): () => void {
  const readBefore = socket.bytesRead;
  const poll = setInterval(() => {
    if (socket.destroyed) return stop();
    if (socket.bytesRead - readBefore <= maxBytes) return;
    stop();
    callback();
  }, pollIntervalMs).unref();
  const stop = () => clearInterval(poll);
  return stop;
}
