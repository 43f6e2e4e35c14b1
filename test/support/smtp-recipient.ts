import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { Gate } from './gate.js';

type Stage = 'login' | 'sender' | 'recipient' | 'content';

/** A real SMTP server that records mails, and rejects commands as the test says. */
export class SmtpRecipient {
  readonly mails: { from: string; to: string[]; raw: string }[] = [];
  readonly logins: string[] = [];
  /** Connections made so far. */
  connections = 0;
  /** Messages whose content has arrived, with or without a reply. */
  arrived = 0;
  /** Refuses at this stage with this status. */
  refusal?: { at: Stage; status: number };
  /** Refuses these recipients when they are named, each with its status, or by closing the connection. */
  readonly refusedRecipients = new Map<string, number | 'drop'>();
  /** Delays the reply to the content of mails to these recipients. */
  readonly heldRecipients = new Map<string, Gate>();
  /** Delays the reply to every sender. */
  heldCommands?: Gate;
  /** Delays the reply to a message's content. */
  hold?: Gate;

  /** By the port of the other end. */
  private readonly sockets = new Map<number, Socket>();
  private readonly server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    closeTimeout: 100,
    onConnect: (_session, done) => {
      this.connections++;
      done();
    },
    onAuth: ({ username = '' }, _session, done) => {
      this.logins.push(username);
      done(this.refused('login'), { user: username });
    },
    onMailFrom: (_address, _session, done) =>
      void (this.heldCommands?.passed ?? Promise.resolve()).then(() => done(this.refused('sender'))),
    onRcptTo: ({ address }, session, done) => {
      const status = this.refusedRecipients.get(address);
      if (status === 'drop') return void this.sockets.get(session.remotePort ?? 0)?.destroy();
      done(status ? refusal(status) : this.refused('recipient'));
    },
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        this.arrived++;
        const held = envelope.rcptTo.map(({ address }) => this.heldRecipients.get(address));
        void Promise.all([this.hold, ...held].map(async (gate) => gate?.passed)).then(() => {
          const refused = this.refused('content');
          const from = envelope.mailFrom ? envelope.mailFrom.address : '';
          const to = envelope.rcptTo.map(({ address }) => address);
          if (!refused) this.mails.push({ from, to, raw: Buffer.concat(chunks).toString('utf8') });
          done(refused);
        });
      });
    },
  });

  static async start(): Promise<SmtpRecipient> {
    const recipient = new SmtpRecipient();
    recipient.server.on('error', () => undefined);
    recipient.server.server.on('connection', (socket: Socket) =>
      recipient.sockets.set(socket.remotePort ?? 0, socket),
    );
    await new Promise<void>((resolve) => recipient.server.listen(0, '127.0.0.1', resolve));
    return recipient;
  }

  url(credentials = ''): string {
    return `smtp://${credentials}127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(resolve));
  }

  private refused(at: Stage): Error | null {
    if (this.refusal?.at !== at) return null;
    return refusal(this.refusal.status);
  }
}

const refusal = (responseCode: number) =>
  Object.assign(new Error('refused john@example.com'), { responseCode });
