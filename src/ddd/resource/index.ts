/** The rules that every collection of records shares. The public API of this block. */
export { CollectionResource } from './collection.resource.js';
export type { Identified, Precondition } from './collection.resource.js';
