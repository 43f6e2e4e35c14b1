import base from '../../jest.config.js';

/** The browser test by itself: it needs a Chromium of the system and the built program. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/browser'],
  testPathIgnorePatterns: ['/node_modules/'],
  globalSetup: undefined,
  globalTeardown: undefined,
  testTimeout: 120_000,
};
