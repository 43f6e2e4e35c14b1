import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** An SMTP server that accepts every mail and records the exact recipients, because smtp-server decodes A-labels. */
export class RecordingSmtp {
  readonly recipients: string[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server = createServer((socket) => this.serve(socket));

  static async start(): Promise<RecordingSmtp> {
    const smtp = new RecordingSmtp();
    await new Promise<void>((resolve) => smtp.server.listen(0, '127.0.0.1', resolve));
    return smtp;
  }

  get url(): string {
    return `smtp://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private serve(socket: Socket): void {
    this.sockets.add(socket);
    let [unread, isContent] = ['', false];
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    socket.write('220 here\r\n');
    socket.setEncoding('utf8').on('data', (text: string) => {
      const lines = (unread + text).split('\r\n');
      unread = lines.pop() ?? '';
      for (const line of lines) {
        if (isContent && line !== '.') continue;
        isContent = line === 'DATA';
        this.recipients.push(...(/^RCPT TO:<(.*)>$/.exec(line)?.slice(1) ?? []));
        socket.write(replyTo(line));
      }
    });
  }
}

function replyTo(line: string): string {
  if (line.startsWith('EHLO')) return '250-here\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n';
  return line === 'DATA' ? '354 go on\r\n' : '250 ok\r\n';
}
