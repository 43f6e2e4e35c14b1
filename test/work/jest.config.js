import base from '../../jest.config.js';

/** What a request costs: apart, because the routes that a team adds are compared with each path, and so cost calls. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/work'],
  testPathIgnorePatterns: ['/node_modules/'],
};
