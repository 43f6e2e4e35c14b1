import { sqlStatements } from './sql-statements.js';
import type { Dialect } from './sql-statements.js';
import { RefusedStatementError } from './worker.errors.js';

interface Rule {
  readonly pattern: RegExp;
  readonly wayOut: string;
}

const transactionEnds =
  'a unit commits when its callback returns and rolls back when it throws; nest with unit.manager.transaction(), and ' +
  'use dataSource.transaction() outside of units';
const outlives = 'it would outlive the transaction and affect the next user of the connection';

const transactionControl: readonly Rule[] = [
  { pattern: /^(?:BEGIN|START|COMMIT|END|ABORT)\b/i, wayOut: transactionEnds },
  { pattern: /^ROLLBACK\b(?!(?:\s+(?:WORK|TRANSACTION))?\s+TO\b)/i, wayOut: transactionEnds },
  { pattern: /^PREPARE\s+TRANSACTION\b/i, wayOut: transactionEnds },
];

const rules: Record<Dialect, readonly Rule[]> = {
  postgres: [
    ...transactionControl,
    {
      pattern: /^SET\s+(?:LOCAL\s+|SESSION\s+)?(?:TRANSACTION\b|SESSION\s+CHARACTERISTICS\b|transaction_)/i,
      wayOut: 'name it when the unit begins: run(work, { isolation, readOnly })',
    },
    {
      pattern: /^(?:SET\b(?!\s+(?:LOCAL|CONSTRAINTS)\b)|RESET\b)/i,
      wayOut: `${outlives}; use SET LOCAL`,
    },
    {
      pattern: /^(?:DISCARD|LISTEN|UNLISTEN|LOAD|PREPARE|DEALLOCATE)\b/i,
      wayOut: `${outlives}; use a connection of your own`,
    },
    {
      pattern: /\bpg_(?:try_)?advisory_lock(?:_shared)?\s*\(/i,
      wayOut: `${outlives}; use pg_advisory_xact_lock`,
    },
    {
      pattern: /\bset_config\s*\((?![^;]*,\s*true\s*\))/i,
      wayOut: `${outlives}; write true as its third argument`,
    },
    {
      pattern:
        /^CREATE\s+(?:OR\s+REPLACE\s+)?(?:(?:LOCAL|GLOBAL)\s+)?TEMP(?:ORARY)?\b(?![^]*\bON\s+COMMIT\s+DROP\b)|^(?:CREATE\b[^]*?|SELECT\b[^]*\bINTO\s+(?:TABLE\s+)?)\bpg_temp\s*\.(?![^]*\bON\s+COMMIT\s+DROP\b)|\bINTO\s+TEMP(?:ORARY)?\b/i,
      wayOut: `${outlives}; create it ON COMMIT DROP`,
    },
    {
      pattern: /^UPDATE\s+(?:ONLY\s+)?(?:pg_catalog\s*\.\s*)?pg_settings\b/i,
      wayOut: `${outlives}; use SET LOCAL`,
    },
    { pattern: /^DECLARE\b[^]*\bWITH\s+HOLD\b/i, wayOut: `${outlives}; declare it WITHOUT HOLD` },
  ],
  sqlite: [
    ...transactionControl,
    {
      // A pragma with a value, except those that only read the schema or belong to the transaction or the file.
      pattern:
        /^PRAGMA\s+(?:(?:\w+|'')\s*\.\s*)?(?!(?:table_(?:x?info|list)|index_(?:x?info|list)|foreign_key_(?:list|check)|integrity_check|quick_check|defer_foreign_keys|user_version|application_id)\b)(?:\w+|'')\s*[=(]/i,
      wayOut: `${outlives}; configure the data source`,
    },
    { pattern: /^(?:ATTACH|DETACH)\b/i, wayOut: `${outlives}; connect a data source to that file` },
    {
      pattern:
        /^CREATE\s+TEMP(?:ORARY)?\b|^CREATE\s+(?:UNIQUE\s+)?\w+\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:temp|'')\s*\./i,
      wayOut: `${outlives}; create an ordinary table, and drop it`,
    },
  ],
};

/** A single statement that cannot be one of those, as every repository writes them: it needs no parsing. */
const plain = /^(?:SELECT|INSERT|UPDATE|DELETE|WITH|SAVEPOINT|RELEASE|ROLLBACK TO) [^;]*$/;
const mentions = /advisory_lock|set_config|pg_settings|\binto\b[^]*temp/i;
/** What precedes a statement in the body of a DO block, whose code is quoted. */
const beforeStatement = /;|\b(?:BEGIN|THEN|ELSE|LOOP)\b|\bEXECUTE\s+(?:format\s*\(\s*)?(?:E?'+|\$\w*\$)/i;
const comment = /--[^\n\r]*|\/\*[^]*?\*\//g;

/**
 * @throws RefusedStatementError for a statement that begins or ends a transaction, or that changes the connection for
 *   its next user
 */
export function assertAcceptable(sql: string, dialect: Dialect): void {
  if (plain.test(sql) && (dialect === 'sqlite' || !mentions.test(sql))) return;
  for (const text of sqlStatements(sql, dialect)) {
    // The body of a DO block is code in quotes.
    const statement = /^DO\b/i.test(text) ? `${text} ${sql}` : text;
    assertNone(rules[dialect], statement);
    if (statement === text) continue;
    // PostgreSQL itself refuses to end the transaction there.
    const session = rules[dialect].filter((rule) => !transactionControl.includes(rule));
    for (const inner of sql.replace(comment, ' ').split(beforeStatement)) assertNone(session, inner.trim());
  }
}

function assertNone(refused: readonly Rule[], statement: string): void {
  const rule = refused.find(({ pattern }) => pattern.test(statement));
  if (rule) throw new RefusedStatementError(nameOf(rule.pattern, statement), rule.wayOut);
}

/** The words that identified it, and no value. */
const nameOf = (pattern: RegExp, statement: string) =>
  (pattern.exec(statement)?.[0] ?? '')
    .replace(/\s+/g, ' ')
    .replace(/\s*[=(]$/, '')
    .trim();
