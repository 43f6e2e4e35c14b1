import base from '../jest.config.js';

// Read by the global setup, which starts PgBouncer in this mode: transaction or session.
process.env.TEST_POOLER ??= 'transaction';

/** The contract and integration tests, with PgBouncer in front of PostgreSQL. */
export default {
  ...base,
  rootDir: '..',
  roots: ['<rootDir>/test/contract', '<rootDir>/test/integration'],
};
