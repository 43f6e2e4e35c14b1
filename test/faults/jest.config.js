import base from '../../jest.config.js';

/** Programs that are killed, stopped, starved, cut off, raced or misconfigured: apart, because their starts take minutes. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/faults'],
  testPathIgnorePatterns: ['/node_modules/'],
};
