import base from '../../jest.config.js';

/** The full form of the test with four couriers, by itself: it takes minutes. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/couriers'],
  testPathIgnorePatterns: ['/node_modules/'],
};
