import type { QueryRunner, Table } from 'typeorm';

interface RuleRow {
  readonly kind: 'column' | 'check' | 'index';
  readonly name: string;
  readonly expression: string | null;
  /** The columns of an index, or the type of a column. */
  readonly columns: string[] | null;
}

/**
 * Corrects what TypeORM has read of a table, from the catalog: the columns of an index in their order, and defaults, checks
 * and conditions in PostgreSQL's own wording, casts included.
 * @returns the names of the columns' types, as a cast takes them
 */
export async function readPostgresRules(runner: QueryRunner, table: Table): Promise<Map<string, string>> {
  const rows = (await runner.query(
    `SELECT 'index' AS kind, entry.relname AS name, pg_get_expr(ix.indpred, ix.indrelid) AS expression,
       (SELECT array_agg(col.attname::text ORDER BY key.place)
        FROM unnest(ix.indkey::int2[]) WITH ORDINALITY AS key (number, place)
          JOIN pg_attribute col ON col.attrelid = ix.indrelid AND col.attnum = key.number) AS columns
     FROM pg_index ix JOIN pg_class entry ON entry.oid = ix.indexrelid
     WHERE ix.indrelid = to_regclass($1)
     UNION ALL
     SELECT 'check', conname, pg_get_expr(conbin, conrelid), NULL
     FROM pg_constraint WHERE contype = 'c' AND conrelid = to_regclass($1)
     UNION ALL
     SELECT 'column', col.attname, pg_get_expr(def.adbin, def.adrelid), ARRAY[format_type(col.atttypid, col.atttypmod)]
     FROM pg_attribute col LEFT JOIN pg_attrdef def ON def.adrelid = col.attrelid AND def.adnum = col.attnum
     WHERE col.attrelid = to_regclass($1) AND col.attnum > 0 AND col.attgenerated = ''`,
    [quotedPath(table.name)],
  )) as RuleRow[];
  for (const row of rows) correct(table, row);
  return new Map(
    rows.flatMap(({ kind, name, columns }) => (kind === 'column' ? [[name, columns?.[0] ?? '']] : [])),
  );
}

function correct(table: Table, { kind, name, expression, columns }: RuleRow): void {
  const rule = (found: { name?: string }) => found.name === name;
  if (kind === 'index') {
    const index = table.indices.find(rule);
    if (index) Object.assign(index, { where: expression ?? undefined, columnNames: columns ?? [] });
  } else if (kind === 'check') {
    const check = table.checks.find(rule);
    if (check && expression !== null) check.expression = expression;
  } else {
    const column = table.columns.find(rule);
    if (column && !column.isGenerated) column.default = expression ?? undefined;
  }
}

/** The quoted name of a table, with its schema where it has one. */
export const quotedPath = (path: string): string =>
  path
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.');
