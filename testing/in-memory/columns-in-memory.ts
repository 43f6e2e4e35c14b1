import type { EntityMetadata, EntityTarget, ObjectLiteral } from 'typeorm';
import { EntityColumns } from '../../src/ddd/repository/index.js';
import { metadataOf } from './entity-metadata.js';
import type { Unique } from './in-memory-table.js';

/** The columns of an entity that can be kept in memory. @throws TypeError for an entity with rules in SQL */
export function columnsInMemory<Entity extends ObjectLiteral>(
  entity: EntityTarget<Entity>,
): EntityColumns<Entity> {
  const metadata = metadataOf(entity);
  const columns = EntityColumns.of<Entity>(metadata);
  assertNoSqlRules(metadata);
  return columns;
}

/** What is unique in a table, the key first. */
export function uniquesOf({ metadata }: EntityColumns): Unique[] {
  return [
    metadata.primaryColumns,
    ...metadata.uniques.map(({ columns }) => columns),
    ...metadata.indices.filter(({ isUnique }) => isUnique).map(({ columns }) => columns),
  ];
}

/** Orders and compares text by code point, as the database in memory does. */
const byCodePoint = /^(C|C\.UTF-?8|POSIX|ucs_basic|BINARY)$/i;

function assertNoSqlRules({ name, columns, checks, indices, exclusions }: EntityMetadata): void {
  const rules = [
    ...columns
      .filter(({ collation }) => collation && !byCodePoint.test(collation))
      .map(({ propertyPath, collation }) => `the collation ${collation} of ${propertyPath}`),
    ...checks.map((check) => `the check ${check.name}`),
    ...exclusions.map((exclusion) => `the exclusion ${exclusion.name}`),
    ...indices
      .filter((index) => index.isUnique && index.where)
      .map((index) => `the condition of the index ${index.name}`),
  ];
  if (rules.length)
    throw new TypeError(
      `${name} cannot be kept in memory, where SQL does not run: ${rules.join(', ')}. Test it on a database (createDatabase)`,
    );
}
