import base from '../../jest.config.js';

// Read by graceful-stop.spec.ts, in the workers too.
process.env.STOP_ROUNDS = '20';

/** The long form of the graceful stop: 20 rounds on each database. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['**/test/faults/graceful-stop.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
