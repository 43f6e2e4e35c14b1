import { TableCheck } from 'typeorm';
import type { QueryRunner, Table } from 'typeorm';

/** A SQL token: a quoted text or name, a comment, a bracket, a word. */
const token = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[^]*?\*\/|[()]|[\w$]+/g;

/**
 * Corrects what TypeORM has read of a table, from the statement that created it: checks with any line break in them.
 * @returns no names of types, because SQLite accepts a default as it is
 */
export async function readSqliteRules(runner: QueryRunner, table: Table): Promise<Map<string, string>> {
  const [made] = (await runner.query(`SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?`, [
    table.name,
  ])) as { sql: string }[];
  table.checks = [...checksIn(made?.sql ?? '')].map(
    ([name, expression]) => new TableCheck({ name, expression }),
  );
  return new Map();
}

/** The checks with a name in a statement that creates a table. */
function checksIn(sql: string): Map<string, string> {
  const checks = new Map<string, string>();
  const tokens = [...sql.matchAll(token)];
  for (const [index, { 0: word }] of tokens.entries()) {
    const [name, check, open] = tokens.slice(index + 1, index + 4);
    if (!/^constraint$/i.test(word) || !/^check$/i.test(check?.[0] ?? '') || open?.[0] !== '(') continue;
    checks.set(unquoted(name?.[0] ?? ''), insideBrackets(sql, tokens.slice(index + 3)));
  }
  return checks;
}

function insideBrackets(sql: string, tokens: readonly RegExpMatchArray[]): string {
  let depth = 0;
  for (const { 0: word, index = 0 } of tokens) {
    if (word === '(') depth++;
    if (word === ')' && --depth === 0) return sql.slice((tokens[0]?.index ?? 0) + 1, index);
  }
  return '';
}

const unquoted = (name: string) => name.replace(/^"(.*)"$/s, '$1').replaceAll('""', '"');
