import type { EntityManager, QueryRunner } from 'typeorm';
import { canonicalEmail } from '../../identity/email-address.js';

const batchSize = 5_000;

/** Anything that runs statements: a query runner, or the manager of a transaction or a data source. */
export type Database = EntityManager | QueryRunner;

interface StoredEmail {
  readonly id: string;
  readonly email: string;
}

/** The accounts whose e-mail address is not stored in its canonical form, so that sign-in does not find them. */
export interface EmailSurvey {
  /** Those whose form no other account has or would have. */
  readonly renamable: readonly (StoredEmail & { readonly form: string })[];
  /** Ids of accounts that would collide: the account that already has the form comes first, if there is one. */
  readonly shared: readonly (readonly string[])[];
  /** Ids of accounts with an address that is refused today. */
  readonly refused: readonly string[];
}

/** Reads every account, a batch at a time, and changes nothing. */
export async function surveyEmails(database: Database): Promise<EmailSurvey> {
  const refused: string[] = [];
  const byForm = new Map<string, StoredEmail[]>();
  for await (const { id, email } of accounts(database)) {
    const form = canonicalEmail(email);
    if (form === undefined) refused.push(id);
    else if (form !== email) byForm.set(form, [...(byForm.get(form) ?? []), { id, email }]);
  }
  const renamable: EmailSurvey['renamable'][number][] = [];
  const shared: string[][] = [];
  for (const [form, found] of byForm) {
    const [first, ...others] = [...(await holdersOf(database, form)), ...found];
    if (first && !others.length) renamable.push({ ...first, form });
    else shared.push([first, ...others].flatMap((each) => each?.id ?? []));
  }
  return { renamable, shared, refused };
}

/** The placeholder of the n-th value of a statement. */
export function parameterOf(database: Database, index: number): string {
  return database.dataSource.driver.createParameter('', index);
}

async function* accounts(database: Database): AsyncGenerator<StoredEmail> {
  const text = `SELECT id, email FROM "user" WHERE id > ${parameterOf(database, 0)} ORDER BY id LIMIT ${batchSize}`;
  let batch: StoredEmail[] = [];
  do {
    batch = (await database.query(text, [batch.at(-1)?.id ?? ''])) as StoredEmail[];
    yield* batch;
  } while (batch.length === batchSize);
}

function holdersOf(database: Database, form: string): Promise<StoredEmail[]> {
  const text = `SELECT id, email FROM "user" WHERE email = ${parameterOf(database, 0)}`;
  return database.query(text, [form]) as Promise<StoredEmail[]>;
}
