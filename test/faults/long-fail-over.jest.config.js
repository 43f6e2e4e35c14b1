import base from '../../jest.config.js';

// Read by fail-over.spec.ts, in the workers too.
process.env.FAIL_OVERS = '20';

/** The long form of the fail-over: 20 deaths of a primary. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['**/test/faults/fail-over.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
