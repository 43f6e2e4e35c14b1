/** The error that every coded domain error extends, and such errors in one line. The public API of this block. */
export { CodedError, codedError } from './coded.error.js';
