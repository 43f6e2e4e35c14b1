/**
 * Accounts that come from another program.
 * Real: the command in a process of its own, the app, both databases. Nothing is fake. IMPORT_ACCOUNTS says how many are
 * imported at once, 100,000 in a release; the rate is printed.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import bcrypt from 'bcrypt';
import { DataSource } from 'typeorm';
import { AccountImporter } from '../../src/cli/import/account-importer.js';
import { AccountFile } from '../../src/cli/import/account-file.js';
import type { AccountRow } from '../../src/cli/import/account-row.js';
import { Settings } from '../../src/config/settings.js';
import { UserRepository } from '../../src/modules/user/index.js';
import { newAccount } from '../support/accounts.js';
import { runCommand } from '../support/commands.js';
import { createDatabase, databaseKinds } from '../support/databases.js';
import type { TestDatabase } from '../support/databases.js';
import { createTestApp } from '../support/test-app.js';
import type { TestApp } from '../support/test-app.js';

const many = Number(process.env['IMPORT_ACCOUNTS'] ?? 1_200);
const password = '123456';

let folder: string;
let hash: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'account-import-'));
  hash = await bcrypt.hash(password, 4);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const person = () => ({ email: newAccount().email, name: 'Ada', surname: 'Lovelace', hash });

describe.each(databaseKinds)('On %s, npm run accounts -- import', (kind) => {
  let database: TestDatabase;
  let app: TestApp;
  beforeAll(async () => {
    database = await createDatabase(kind);
    app = await createTestApp({ database: database.url });
  });
  afterAll(async () => {
    await app.close();
    await database.destroy();
  });

  const runImport = (name: string, ...args: string[]) =>
    runCommand('accounts', ['import', name, ...args], {
      cwd: folder,
      variables: { DATABASE_URL: database.url },
    });
  const importing = async (name: string, content: string, ...args: string[]) => {
    await writeFile(join(folder, name), content);
    return runImport(name, ...args);
  };
  const lines = (...rows: readonly unknown[]) => rows.map((row) => `${JSON.stringify(row)}\n`).join('');
  const rows = (sql: string) => app.get(DataSource).query<Record<string, string>[]>(sql);
  const storedOf = async (email: string) => {
    const [row] = await rows(`SELECT id, password FROM "user" WHERE email = '${email}'`);
    return row;
  };
  const signIn = async (email: string, given = password) =>
    (await app.post('/user/signin/', { email, password: given })).status;

  it('creates accounts whose first sign-in replaces their hash', async () => {
    const account = { ...person(), active: true, verified: true };
    const { code, output } = await importing('one.ndjson', lines(account));
    expect([code, output]).toEqual([0, expect.stringContaining('Imported 1 accounts.\n')]);
    const imported = await storedOf(account.email);
    expect(imported?.['password']).toBe(hash);
    expect(await signIn(account.email, 'wrong')).toBe(401);
    expect(await signIn(account.email)).toBe(200);
    expect((await storedOf(account.email))?.['password']).toMatch(/^\$argon2id\$v=19\$m=64/);
    expect(await signIn(account.email)).toBe(200);

    const id = imported?.['id'];
    const history = await rows(
      `SELECT kind, actor, detail FROM account_event WHERE account_id = '${id}' ORDER BY seq`,
    );
    expect(history[0]).toEqual({ kind: 'created', actor: 'operator', detail: 'imported, active, verified' });
    expect(await rows(`SELECT account_id FROM proven_mailbox WHERE account_id = '${id}'`)).toHaveLength(1);
    expect(await rows(`SELECT id FROM outbox_message WHERE id = '${id}'`)).toEqual([]);
  });

  it('reads CSV, keeps what exists, and reports each refused line without what stands in it', async () => {
    const [first, second, inactive] = [person(), person(), person()];
    await app.post('/user/', { ...newAccount(), email: second.email });
    const before = await storedOf(second.email);
    const { code, output } = await importing(
      'people.CSV',
      [
        '\ufeffverified,email,name,surname,active,hash',
        `true,${first.email.toUpperCase()},"Ada, Countess",Lovelace,true,${hash}`,
        `false,${second.email},Ada,Lovelace,true,${hash}`,
        `false,not-an-address,Ada,Lovelace,true,${hash}`,
        `false,${person().email},,Lovelace,true,${hash}`,
        `maybe,${person().email},Ada,Lovelace,true,${hash}`,
        `false,${person().email},Ada,Lovelace,true,a password in clear`,
        `false,${person().email},Ada`,
        `false,${person().email},"Ada,Lovelace,true,${hash}`,
        `,${inactive.email},Ada,Lovelace,,${hash}`,
        '',
      ].join('\r\n'),
      '--json',
    );
    expect(code).toBe(1);
    expect(JSON.parse(output.slice(output.indexOf('{')))).toEqual({
      imported: 2,
      existing: 1,
      weak: 0,
      refused: [
        { line: 4, reason: 'email: Must be an e-mail address' },
        { line: 5, reason: expect.stringMatching(/^name: /) },
        { line: 6, reason: 'verified: Must be true or false' },
        { line: 7, reason: expect.stringMatching(/^hash: .*A password in clear is not imported$/) },
        { line: 8, reason: 'it has not as many values as the first line has names' },
        { line: 9, reason: 'it is not CSV: check its quotation marks' },
      ],
    });
    for (const secret of [hash, 'a password in clear', 'not-an-address'])
      expect(output).not.toContain(secret);
    expect(await storedOf(second.email)).toEqual(before);
    expect([await signIn(first.email), await signIn(inactive.email)]).toEqual([200, 400]);
  });

  it('writes nothing with --dry-run, and reports the same', async () => {
    const account = person();
    const content = lines(account, account, { ...person(), hash: `$2b$31$${hash.slice(7)}` }, 5, {
      ...person(),
      role: 'x',
    });
    const { code, output } = await importing('dry.jsonl', `${content}{"email"\n\n`, '--dry-run');
    expect(code).toBe(1);
    expect(output).toContain('Would import 1 accounts; nothing was written.');
    expect(output).toContain('Left as they are, because they have an account: 1.');
    for (const refused of [/3 +hash: its parameters/, /4 +it is not/, /5 +it has a field/, /6 +it is not/])
      expect(output).toMatch(refused);
    expect(output).not.toContain(hash.slice(7));
    expect(await storedOf(account.email)).toBeUndefined();
  });

  it('sends the welcome only with --welcome', async () => {
    const account = person();
    expect((await importing('welcome.ndjson', lines(account), '--welcome')).code).toBe(0);
    const id = (await storedOf(account.email))?.['id'];
    expect(await rows(`SELECT topic FROM outbox_message WHERE id = '${id}'`)).toEqual([
      { topic: 'notification.welcome' },
    ]);
  });

  it('warns of hashes that are guessed fast', async () => {
    const { output } = await importing(
      'weak.ndjson',
      lines({ ...person(), hash: `sha512$salt$${'0'.repeat(128)}` }),
    );
    expect(output).toContain('Warning: 1 have a salted SHA-512');
  });

  it.each([
    ['people.txt', '', /must end in .ndjson, .jsonl or .csv/],
    ['typo.csv', 'email,name,surname,password\n', /missing: hash; unknown or repeated: password/],
  ])('refuses a file that it cannot understand: %s', async (name, content, message) => {
    const { code, output } = await importing(name, content);
    expect([code, output]).toEqual([2, expect.stringMatching(message)]);
  });

  it.each([
    ['nowhere.csv', /There is no file .*nowhere\.csv/],
    ['folder.csv', /folder\.csv is not a file/],
    [join('people.txt', 'people.csv'), /people\.csv cannot be read \(ENOTDIR\)/],
  ])('refuses what is not a file that it can read: %s', async (name, message) => {
    await mkdir(join(folder, 'folder.csv'), { recursive: true });
    await writeFile(join(folder, 'people.txt'), '');
    const { code, output } = await runImport(name);
    expect([code, output]).toEqual([2, expect.stringMatching(message)]);
  });

  it('leaves an account alone that the service creates at the same moment, and imports the others', async () => {
    const people = Array.from({ length: 20 }, person);
    await writeFile(join(folder, `race-${kind}.ndjson`), lines(...people));
    const file = await AccountFile.open(join(folder, `race-${kind}.ndjson`));
    const createOne = () => app.post('/user/', { ...newAccount(), email: people[7]!.email });
    let tries = 0;
    // On PostgreSQL it is created after the import has looked; a unit of work of SQLite lets no one write meanwhile.
    const looked = jest.spyOn(UserRepository.prototype, 'takenEmails').mockImplementation(async function (
      this: UserRepository,
      emails,
    ) {
      const taken = await this.list({ email: { in: emails } }, { limit: emails.length });
      if (tries++ === 0 && kind === 'postgres') expect((await createOne()).status).toBe(200);
      return new Set(taken.map(({ email }) => email));
    });
    try {
      const importer = new AccountImporter(app.get(DataSource), app.get(Settings));
      const [report] = await Promise.all([
        importer.import(
          file.rows(() => undefined),
          { isDryRun: false, welcomes: false },
        ),
        kind === 'sqlite' && createOne(),
      ]);
      expect(report.imported + report.existing).toBe(20);
      if (kind === 'postgres') expect([tries, report.existing]).toEqual([2, 1]);
    } finally {
      looked.mockRestore();
    }
    const inList = people.map(({ email }) => `'${email}'`).join();
    const stored = await rows(`SELECT email FROM "user" WHERE email IN (${inList})`);
    expect(stored.map(({ email }) => email).sort()).toEqual(people.map(({ email }) => email).sort());
  });

  it('is resumed after an interruption, and imports everyone once', async () => {
    const people = Array.from({ length: many }, person);
    const path = join(folder, `many-${kind}.ndjson`);
    await writeFile(path, lines(...people));
    const importer = new AccountImporter(app.get(DataSource), app.get(Settings));
    const file = await AccountFile.open(path);
    const options = { isDryRun: false, welcomes: false };
    async function* interrupted(): AsyncGenerator<AccountRow> {
      for await (const row of file.rows(() => undefined)) {
        if (row.line > many / 2) throw new Error('interrupted');
        yield row;
      }
    }
    await expect(importer.import(interrupted(), options)).rejects.toThrow('interrupted');
    const startedMs = performance.now();
    const report = await importer.import(
      file.rows(() => undefined),
      options,
    );
    const rate = Math.round((many * 1_000) / (performance.now() - startedMs));
    if (process.env['IMPORT_ACCOUNTS']) console.log(`${kind}: ${rate} accounts a second`);
    expect(report.existing).toBeGreaterThanOrEqual(many / 4);
    expect(report).toMatchObject({ imported: many - report.existing, refused: [] });
    const [{ count } = {}] = await rows(
      `SELECT COUNT(*) AS count FROM "user" WHERE password = '${hash}' AND surname = 'Lovelace' AND active = false`,
    );
    expect(Number(count)).toBeGreaterThanOrEqual(many);
    expect(
      await rows(
        `SELECT account_id FROM account_event WHERE kind = 'created' GROUP BY account_id HAVING COUNT(*) > 1`,
      ),
    ).toEqual([]);
  }, 300_000);
});
