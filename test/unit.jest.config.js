import base from '../jest.config.js';

/** The tests beside the code, which need neither a database server nor the compiled program. */
export default {
  ...base,
  rootDir: '..',
  roots: ['<rootDir>/src'],
  globalSetup: undefined,
  globalTeardown: undefined,
};
