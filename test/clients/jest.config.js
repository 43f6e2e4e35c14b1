import base from '../../jest.config.js';

/** The generators of clients by themselves: they have dependencies of their own, and take a minute. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/clients'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: undefined,
  globalTeardown: undefined,
  testTimeout: 240_000,
};
