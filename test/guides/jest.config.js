import base from '../../jest.config.js';

/** What works on a copy of the whole repository, by itself: it takes minutes. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/guides'],
  testPathIgnorePatterns: ['/node_modules/'],
  maxWorkers: 1,
  testTimeout: 600_000,
};
