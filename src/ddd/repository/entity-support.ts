import type { EntityMetadata, EntitySubscriberInterface } from 'typeorm';
import type { ColumnMetadata } from 'typeorm/metadata/ColumnMetadata.js';
import { columnTypeOf, typeName } from './column/column-types.js';
import { groupNames } from './condition.js';

/**
 * Refuses an entity that relies on what TypeORM does in its own `save` or `find`: a repository does not do it, and it
 * would be lost without an error.
 * @throws TypeError that names each such feature, and the remedy
 */
export function assertSupported(metadata: EntityMetadata): void {
  const problems = [
    ...tableProblems(metadata),
    ...listenerProblems(metadata),
    ...columnProblems(metadata),
    ...relationProblems(metadata),
  ];
  if (problems.length)
    throw new TypeError(`A table repository does not support ${metadata.name}: ${problems.join('; ')}`);
}

/** @throws TypeError when a subscriber of the data source listens to this entity */
export function assertNoSubscriber(metadata: EntityMetadata): void {
  for (const subscriber of metadata.dataSource.subscribers) {
    const event = entityEvents.find((name) => name in subscriber);
    if (event && concerns(subscriber, metadata))
      throw new TypeError(
        `A table repository does not support ${metadata.name}: the subscriber ${subscriber.constructor.name} would not be ` +
          `called (${event}): put its rule into a method of the repository`,
      );
  }
}

const entityEvents: readonly (keyof EntitySubscriberInterface)[] = [
  'afterLoad',
  'beforeInsert',
  'afterInsert',
  'beforeUpdate',
  'afterUpdate',
  'beforeRemove',
  'afterRemove',
  'beforeSoftRemove',
  'afterSoftRemove',
  'beforeRecover',
  'afterRecover',
];

function concerns(
  subscriber: EntitySubscriberInterface,
  { inheritanceTree, target }: EntityMetadata,
): boolean {
  const listened: unknown = subscriber.listenTo?.();
  return !listened || listened === target || inheritanceTree.includes(listened as never);
}

function tableProblems(metadata: EntityMetadata): string[] {
  const { tableType, inheritancePattern, treeType, orderBy } = metadata;
  return [
    ...(tableType === 'view'
      ? ['it is a view: read it with SQL in a method of a repository of its base table']
      : []),
    ...(tableType === 'entity-child' || inheritancePattern === 'STI'
      ? [
          'it shares its table with other entities (@TableInheritance): give each a table of its own, or a plain column for its kind',
        ]
      : []),
    ...(treeType
      ? ['it is a tree (@Tree): declare the id of the parent as a plain column, and query it with SQL']
      : []),
    ...(orderBy && Object.keys(orderBy).length
      ? ['it has an order of its own (orderBy): give the order to each list']
      : []),
  ];
}

const listenerProblems = ({ listeners }: EntityMetadata): string[] =>
  listeners.map(
    ({ type, propertyName }) =>
      `its listener ${propertyName} (@${decoratorOf(type)}) would not be called: put the rule into a method of the repository`,
  );

const decoratorOf = (type: string) =>
  type
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

function columnProblems({ columns, treeType }: EntityMetadata): string[] {
  return columns.flatMap((column) => {
    const { propertyPath } = column;
    if (column.isVirtualProperty)
      return [
        `${propertyPath} is computed by a query (@VirtualColumn): read it with SQL in a method of your own`,
      ];
    if ((groupNames as readonly string[]).includes(propertyPath))
      return [
        `${propertyPath} is how filters nest others: rename the property, and keep the column by @Column({ name: '${propertyPath}' })`,
      ];
    if (column.asExpression !== undefined || column.generatedType)
      return [`${propertyPath} is computed by the database (asExpression): compute it where it is read`];
    const problem = typeProblem(column);
    if (problem) return [`${propertyPath} ${problem}`];
    if (column.isObjectId) return [`${propertyPath} is an id of MongoDB: declare a @PrimaryColumn`];
    if (column.isPrimary && !column.isSelect)
      return [`${propertyPath} is the key and is never read (select: false): read it`];
    return !treeType && (column.isTreeLevel || column.isMaterializedPath || column.isNestedSetLeft)
      ? [`${propertyPath} is a column of a tree: declare a plain one`]
      : [];
  });
}

/** Why the values of a column would not be what they were declared to be. */
function typeProblem(column: ColumnMetadata): string | undefined {
  const type = columnTypeOf(column);
  if (!type)
    return (
      `is a ${typeName(column)}: read it with SQL in a method of your own, or declare a type that is kept ` +
      'exactly (docs/guide/columns.md)'
    );
  if (column.scale !== undefined && column.scale < 0)
    return 'has a negative scale, which rounds its values: declare a bigint in units of that size';
  if (column.isPrimary && !type.compare)
    return `is the key and is ${typeName(column)}, which is not compared: declare a key of text, numbers or a uuid`;
  if ((column.isCreateDate || column.isUpdateDate) && type.kind !== 'instant' && type.kind !== 'date')
    return `is a ${typeName(column)}, which holds no date: declare a timestamp or a date`;
  return undefined;
}

function relationProblems({ relations, relationIds, treeType }: EntityMetadata): string[] {
  if (treeType) return [];
  return [
    ...relations.flatMap((relation) => {
      const name = relation.propertyPath;
      if (relation.isEager)
        return [`${name} would not be read with it (eager): read it from its own repository`];
      if (relation.isLazy)
        return [`${name} would be read outside of the unit of work (lazy): read it from its own repository`];
      const hidden = relation.isWithJoinColumn
        ? relation.joinColumns.find(
            (column) => column.isVirtual || column.propertyName === relation.propertyName,
          )
        : undefined;
      return hidden
        ? [
            `${name} keeps its key in ${hidden.databaseName}, which is not a field: declare it too, @Column({ name: '${hidden.databaseName}' }) ${name}Id`,
          ]
        : [];
    }),
    ...relationIds.map(
      ({ propertyName }) => `${propertyName} would not be read (@RelationId): declare the column of the key`,
    ),
  ];
}
