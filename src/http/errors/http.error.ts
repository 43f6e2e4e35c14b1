import { HttpException } from '@nestjs/common';
import { envelope } from './envelope.js';

/** Says no to a request, for a reason of HTTP's own: its path, method, type, size or time. */
export class HttpError extends HttpException {
  /**
   * @param detail what the client is told; by default what HTTP calls the status
   * @param headers sent with the answer
   */
  constructor(
    status: number,
    detail?: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(envelope(status, detail).detail, status);
  }
}
