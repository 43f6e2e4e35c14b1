import type { QueryRunner, Table } from 'typeorm';

/** Puts the columns of a table's indices into the order that they have in the database: TypeORM reads them in any. */
export async function orderIndexColumns(runner: QueryRunner, table: Table): Promise<void> {
  const rows = (await runner.query(
    `SELECT entry.relname AS name, array_agg(col.attname::text ORDER BY key.place) AS columns
     FROM pg_index ix
       JOIN pg_class entry ON entry.oid = ix.indexrelid
       CROSS JOIN unnest(ix.indkey::int2[]) WITH ORDINALITY AS key (number, place)
       JOIN pg_attribute col ON col.attrelid = ix.indrelid AND col.attnum = key.number
     WHERE ix.indrelid = to_regclass($1)
     GROUP BY entry.relname`,
    [`"${table.name}"`],
  )) as { name: string; columns: string[] }[];
  for (const { name, columns } of rows) {
    const index = table.indices.find((each) => each.name === name);
    if (index) index.columnNames = columns;
  }
}
