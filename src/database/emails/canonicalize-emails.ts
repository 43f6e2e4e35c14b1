import { parameterOf, surveyEmails } from './survey-emails.js';
import type { Database } from './survey-emails.js';

/** How many accounts were converted to the canonical form of their address, and how many are left to an operator. */
export interface CanonicalizedEmails {
  readonly renamed: number;
  readonly left: number;
}

/** Converts the stored addresses to their canonical form where that merges no two accounts. The rest stays as it is. */
export async function canonicalizeEmails(database: Database): Promise<CanonicalizedEmails> {
  const { renamable, shared, refused } = await surveyEmails(database);
  const [form, id, email] = [0, 1, 2].map((index) => parameterOf(database, index));
  for (const account of renamable)
    await database.query(`UPDATE "user" SET email = ${form} WHERE id = ${id} AND email = ${email}`, [
      account.form,
      account.id,
      account.email,
    ]);
  return { renamed: renamable.length, left: shared.flat().length + refused.length };
}
