import { HttpException } from '@nestjs/common';
import { envelope } from './envelope.js';

/** Rejects a request for a reason of HTTP itself: its path, method, type, size or time. */
export class HttpError extends HttpException {
  /**
   * @param detail the text for the client; by default the status text of HTTP
   * @param headers sent with the response
   */
  constructor(
    status: number,
    detail?: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(envelope(status, detail).detail, status);
  }
}
