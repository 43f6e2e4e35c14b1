import type { Filter } from '../repository/index.js';
import type { Identified } from './collection.types.js';
import type { CollectionRepository } from './owned-records.js';

/** A whole record: fields that are left out are emptied. */
export const emptied = <Changes extends object>(record: Changes): Changes =>
  Object.fromEntries(
    Object.entries(record).map(([field, value]) => [field, (value as unknown) ?? null]),
  ) as Changes;

/** The ids, as stored, of the given records that exist. */
export async function idsThere<Entity extends Identified>(
  repository: CollectionRepository<Entity>,
  records: readonly Entity[],
): Promise<Set<Entity['id']>> {
  const ids = new Set<Entity['id']>();
  const given = records.flatMap(({ id }) => (((id as unknown) ?? undefined) === undefined ? [] : [id]));
  for await (const { id } of repository.stream(amongIds(given))) ids.add(id);
  return ids;
}

export const byId = <Entity extends Identified>(id: Entity['id']) => ({ id }) as unknown as Filter<Entity>;
export const amongIds = <Entity extends Identified>(ids: Entity['id'][]) =>
  ({ id: { in: ids } }) as unknown as Filter<Entity>;
