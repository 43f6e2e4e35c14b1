import type { LoggerService, LogLevel } from '@nestjs/common';
import type { Logger } from 'pino';

/** The framework's messages about its own wiring, which are useful to developers and noise to operators. */
const wiring = new Set([
  'NestFactory',
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestApplication',
]);

/** Sends what Nest and our services log through `Logger` of @nestjs/common to the program's logger. */
export class NestLogger implements LoggerService {
  /** @param loggedElsewhere contexts whose errors the program reports itself */
  constructor(
    private readonly logger: Logger,
    private readonly loggedElsewhere: readonly string[] = [],
  ) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write(wiring.has(String(rest.at(-1))) ? 'debug' : 'info', message, rest);
  }

  /**
   * Called by Nest as `error(message, stack?, context?)`; an Error in place of the message or the stack is kept as it
   * is.
   */
  error(message: unknown, ...rest: unknown[]): void {
    // ListenError already informs the operator.
    const context = String(rest.at(-1));
    const isShown =
      this.loggedElsewhere.includes(context) ||
      (context === 'NestApplication' && /^Error: (listen|getaddrinfo) /.test(String(message)));
    this.write(isShown ? 'debug' : 'error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
  }

  /** LOG_LEVEL sets the level. */
  setLogLevels(_levels: LogLevel[]): void {}

  private write(
    level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    message: unknown,
    rest: unknown[],
  ): void {
    const texts = rest.filter((part) => typeof part === 'string');
    const context = texts.at(-1);
    const stack = texts.length > 1 ? texts[0] : undefined;
    const err = [message, ...rest].find((part) => part instanceof Error);
    const fields =
      typeof message === 'object' && message !== null && !(message instanceof Error) ? message : undefined;
    const text = typeof message === 'string' ? message : err?.message;
    this.logger[level]({ context, ...fields, ...(err && { err }), ...(stack && !err && { stack }) }, text);
  }
}
