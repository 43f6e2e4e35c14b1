import { availableParallelism } from 'node:os';
import { swcOptions } from './swc.options.js';

/** @type {import('jest').Config} */
export default {
  roots: ['<rootDir>/src', '<rootDir>/test', '<rootDir>/testing', '<rootDir>/examples'],
  testMatch: ['**/*.spec.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    '/test/architecture/fixtures/',
    '/test/blocks/',
    '/test/browser/',
    '/test/clients/',
    '/test/couriers/',
    '/test/faults/',
    '/test/guides/',
    '/test/work/',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '^.+\\.ts$': ['@swc/jest', swcOptions] },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironment: 'node',
  globalSetup: '<rootDir>/test/support/global-setup.js',
  globalTeardown: '<rootDir>/test/support/global-teardown.js',
  // Far above what any test takes, for a machine may be busy with others; time decides no test.
  testTimeout: 120_000,
  // More than cores, because a third of the time is spent waiting for PostgreSQL and for programs.
  maxWorkers: Math.min(availableParallelism() + 2, 4),
};
