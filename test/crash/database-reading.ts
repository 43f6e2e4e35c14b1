import pg from 'pg';
import sqlite3 from 'sqlite3';

export interface MessageRow {
  readonly id: string;
  readonly topic: string;
  readonly state: string;
  readonly payload: string | null;
  readonly lease_token: number;
}

export interface AttemptRow {
  readonly message_id: string;
  readonly number: number;
  readonly started_at: number;
  readonly duration: number;
  readonly outcome: string;
  readonly status: number | null;
  readonly error: string | null;
}

/** A token that a mail carries, or a mail to an account, by the address of the account. */
interface TokenRow {
  readonly email: string;
  readonly purpose: string;
}
interface MailRow {
  readonly email: string;
  readonly topic: string;
}

/** The content of the database, read without the program. */
export interface Tables {
  readonly emails: readonly string[];
  readonly messages: readonly MessageRow[];
  readonly attempts: readonly AttemptRow[];
  readonly tokens: readonly TokenRow[];
  readonly mails: readonly MailRow[];
  /** `ok`, or what SQLite found wrong with its file. */
  readonly integrity: string;
}

/** A connection of the suite. While one is open, SQLite never has to recover its file, so open it late. */
export interface DatabaseReading {
  query<Row>(sql: string): Promise<Row[]>;
  readTables(): Promise<Tables>;
  close(): Promise<void>;
}

export async function openDatabase(url: string): Promise<DatabaseReading> {
  const connection = await (url.startsWith('sqlite:') ? openSqlite(url.slice(7)) : openPostgres(url));
  return {
    ...connection,
    async readTables() {
      const { query } = connection;
      const emails = await query<{ email: string }>('SELECT email FROM "user"');
      return {
        emails: emails.map(({ email }) => email),
        messages: await query<MessageRow>(
          'SELECT id, topic, state, payload, lease_token FROM outbox_message',
        ),
        attempts: (await query<AttemptRow>('SELECT * FROM outbox_attempt ORDER BY message_id, number')).map(
          (row) => ({ ...row, started_at: Number(row.started_at) }),
        ),
        tokens: await query<TokenRow>(
          'SELECT u.email, t.purpose FROM mail_token t JOIN "user" u ON u.id = t.account_id',
        ),
        mails: await query<MailRow>(
          `SELECT u.email, m.topic FROM account_message a JOIN outbox_message m ON m.id = a.message_id
            JOIN "user" u ON u.id = a.account_id`,
        ),
        integrity: await connection.integrity(),
      };
    },
  };
}

async function openSqlite(file: string) {
  const database = await new Promise<sqlite3.Database>((resolve, reject) => {
    const opened: sqlite3.Database = new sqlite3.Database(file, sqlite3.OPEN_READWRITE, (error) =>
      error ? reject(error) : resolve(opened),
    );
  });
  database.configure('busyTimeout', 10_000);
  const query = <Row>(sql: string) =>
    new Promise<Row[]>((resolve, reject) => {
      database.all<Row>(sql, (error, rows) => (error ? reject(error) : resolve(rows)));
    });
  return {
    query,
    integrity: async () => {
      const found = await query<{ integrity_check: string }>('PRAGMA integrity_check');
      return found.map(({ integrity_check: line }) => line).join('; ');
    },
    close: () =>
      new Promise<void>((resolve, reject) => {
        database.close((error) => (error ? reject(error) : resolve()));
      }),
  };
}

async function openPostgres(url: string) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return {
    query: async <Row>(sql: string) => (await client.query(sql)).rows as Row[],
    integrity: () => Promise.resolve('ok'),
    close: () => client.end(),
  };
}
