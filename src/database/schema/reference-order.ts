import type { EntityMetadata } from 'typeorm';

/**
 * Sorts tables so that each comes after those that its foreign keys refer to, itself aside. References to tables outside
 * the list do not count.
 * @returns the sorted tables, and those that are left because they refer to each other in a cycle
 */
export function sortByReference(metadatas: readonly EntityMetadata[]): {
  readonly sorted: readonly EntityMetadata[];
  readonly cyclic: readonly EntityMetadata[];
} {
  const sorted: EntityMetadata[] = [];
  const waiting = new Set(metadatas);
  const isReady = (metadata: EntityMetadata) =>
    metadata.foreignKeys.every(
      ({ referencedEntityMetadata: referred }) => referred === metadata || !waiting.has(referred),
    );
  for (;;) {
    const next = [...waiting].find(isReady);
    if (!next) return { sorted, cyclic: [...waiting] };
    waiting.delete(next);
    sorted.push(next);
  }
}
