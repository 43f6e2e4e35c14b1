import base from '../../jest.config.js';

process.env.FUZZ_SECONDS ??= '60';

/** Configuration of `npm run fuzz`. */
export default { ...base, rootDir: '../..', testMatch: ['**/test/e2e/fuzz.spec.ts'] };
