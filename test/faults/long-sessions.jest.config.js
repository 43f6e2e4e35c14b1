import base from '../../jest.config.js';

// Read by session-across-processes.spec.ts, in the workers too.
Object.assign(process.env, { SESSION_ROUNDS: '200', SESSION_KILLS: '100', SESSION_ROTATIONS: '60' });

/** The long form of the races, crashes and rotations of sessions, on each database. */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['**/test/faults/session-across-processes.spec.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
};
