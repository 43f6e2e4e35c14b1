import base from '../../jest.config.js';

/** The package of the blocks by itself, for it is compiled, packed and installed, which takes a minute. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/blocks'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 540_000,
};
