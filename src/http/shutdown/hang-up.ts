import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** What is still read of a connection after its last answer. */
const maxDiscardedBytes = 262_144;
/** How long a client has to read its last answer while it goes on sending. */
const maxLingerMs = 1_000;
const pollIntervalMs = 10;

/**
 * Ends connections so that their last answer arrives. Node closes the socket as soon as the answer is written; when the
 * client is still sending, the system then resets the connection, and the reset may overtake the answer (RFC 9112, 9.6).
 */
export function lingerAfterLastResponse(server: Server): void {
  server.on('connection', (socket: Socket) => (socket.destroySoon = () => hangUp(socket)));
}

/** Sends what is left to send, then waits a moment for the client to hang up. What it sends meanwhile is discarded. */
function hangUp(socket: Socket): void {
  if (!socket.writable) return;
  onOverflow(socket, maxDiscardedBytes, () => socket.pause());
  socket.end(() => {
    const timeout = setTimeout(() => socket.destroy(), maxLingerMs).unref();
    socket.once('close', () => clearTimeout(timeout));
  });
}

/**
 * Calls back when more than `maxBytes` have arrived from now on. Node hands the bytes of an unwanted body to nobody, so
 * they are counted on the connection; a listener for them would stop a connection that Node has paused for good.
 * @returns ends the count
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
