/** The testing kit for repositories, workers, resources and whole apps. See docs/guide/testing.md. */
export { InMemoryDatabase } from './in-memory/in-memory-database.js';
export { createDatabase, databaseKinds } from './databases.js';
export type { DatabaseKind, TestDatabase } from './databases.js';
export { entityContract } from './entity-contract.js';
export type { EntityHarness } from './entity-contract.js';
export { respond, respondJson, FakeService, hang, inSequence, reset } from './fake-service.js';
export type { Behaviour, Received } from './fake-service.js';
export { Product } from './product.js';
export { repositoryContract } from './repository-contract.js';
export type { RepositoryHarness } from './repository-contract.js';
export { rolledBack } from './rolled-back.js';
export { createTestApp } from './test-app.js';
export type { TestResponse, TestApp, TestAppOptions } from './test-app.js';
export { useDatabase } from './use-database.js';
export type { UsedDatabase, UseDatabaseOptions } from './use-database.js';
