import type { DataSource } from 'typeorm';
import { surveyEmails } from '../../database/emails/survey-emails.js';
import { User } from '../../modules/user/index.js';
import type { Finding } from './finding.js';
import { hasTable } from './has-table.js';
import { nameList } from './name-list.js';

/**
 * Checks that every account is stored under the canonical form of its address; sign-in does not find it otherwise.
 */
export async function checkAccounts(dataSource: DataSource): Promise<Finding[]> {
  if (!(await hasTable(dataSource, User))) return [];
  const { renamable, shared, refused } = await surveyEmails(dataSource.manager);
  const findings: Finding[] = [];
  if (renamable.length)
    findings.push({
      check: 'accounts',
      status: 'warning',
      found: `no one can sign in to ${renamable.length} accounts, whose e-mail address is not in its canonical form: ${nameList(renamable.map(({ id }) => id))}`,
      remedy: 'npm run migrate',
    });
  if (shared.length)
    findings.push({
      check: 'accounts',
      status: 'warning',
      found: `${shared.length} mailboxes have several accounts: ${nameList(shared.map((ids) => ids.join(' and ')))}`,
      remedy:
        'Keep one account of each mailbox and delete the others from the table user, then npm run migrate',
    });
  if (refused.length)
    findings.push({
      check: 'accounts',
      status: 'warning',
      found: `no one can sign in to ${refused.length} accounts, whose e-mail address is refused today: ${nameList(refused)}`,
      remedy: 'Ask their owners for another address, or delete them: docs/adr/0024 says what is refused',
    });
  return findings.length
    ? findings
    : [{ check: 'accounts', status: 'ok', found: 'every e-mail address is in its canonical form' }];
}
