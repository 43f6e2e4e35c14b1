/** The error that every coded domain error extends. The public API of this block. */
export { CodedError } from './coded.error.js';
