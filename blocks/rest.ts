/** A collection over HTTP from one declaration, actions with their errors, and the document. */
export { serveOpenApi } from '../src/openapi/openapi.setup.js';
export { actionsOf } from '../src/rest/action.js';
export type { ActionOptions } from '../src/rest/action.js';
export { collectionOf, ShownField, viewOf } from '../src/rest/collection-of.js';
export { RestController } from '../src/rest/rest.controller.js';
export type { ParameterType, RestControllerOptions, Verb, ViewClass } from '../src/rest/rest-options.js';
