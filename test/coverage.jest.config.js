import base from '../jest.config.js';

/**
 * How much of the building blocks and of the rules the tests of this process reach: `npm run coverage`. Programs that run
 * as processes of their own are not counted, so neither are the tests that start them.
 */
export default {
  ...base,
  rootDir: '..',
  testPathIgnorePatterns: [...base.testPathIgnorePatterns, '/test/(?!contract|integration|resource)[^/]+/'],
  collectCoverage: true,
  coverageProvider: 'v8',
  coverageDirectory: 'coverage',
  coverageReporters: ['text', 'html', 'json-summary'],
  collectCoverageFrom: ['src/ddd/**/*.ts', 'src/resource/**/*.ts', '!**/*.spec.ts'],
};
