import type { DataSource } from 'typeorm';

/**
 * What the database itself says of its tables, columns, constraints and indices, as sorted text: whatever made two
 * schemas, they are the same when this is.
 */
export async function catalogOf(dataSource: DataSource): Promise<string[]> {
  const isSqlite = dataSource.options.type !== 'postgres';
  const rows = await dataSource.query<{ definition: string }[]>(isSqlite ? sqliteCatalog : postgresCatalog);
  return rows.map(({ definition }) => inOneOrder(plain(definition))).sort();
}

/** Where a column stands among the others depends on when it was added, and means nothing. */
function inOneOrder(definition: string): string {
  const [, head = '', body = ''] = /^(CREATE TABLE [^(]+)\((.*)\)$/s.exec(definition) ?? [];
  if (!body) return definition;
  return `${head}(${body
    .split(/, (?![^(]*\))/)
    .sort()
    .join(', ')})`;
}

const plain = (definition: string) =>
  definition
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/(?<=\() | (?=\))/g, '')
    .trim();

const sqliteCatalog = `
  SELECT sql AS definition FROM sqlite_master
  WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' AND tbl_name <> 'migrations'`;

const postgresCatalog = `
  SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || coalesce(character_maximum_length::text, '')
    || ' ' || is_nullable || ' ' || coalesce(column_default, '') AS definition
  FROM information_schema.columns WHERE table_schema = current_schema() AND table_name <> 'migrations'
  UNION ALL
  SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = current_schema()::regnamespace AND conrelid::regclass::text <> 'migrations'
  UNION ALL
  SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() AND tablename <> 'migrations'`;
