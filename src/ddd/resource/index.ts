/** The rules that every collection of records shares. The public API of this block. */
export type { Caller } from './caller.js';
export { CollectionResource } from './collection.resource.js';
export type { Acting, Identified, Precondition } from './collection.types.js';
export type { Change } from './tracked-records.js';
