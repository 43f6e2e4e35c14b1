/**
 * The compiler settings of tsconfig.json, said again in SWC's words: for tests, which are compiled on the fly.
 * @type {import('@swc/core').Options}
 */
export const swcOptions = {
  swcrc: false,
  jsc: {
    target: 'es2023',
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true, verbatimModuleSyntax: true },
  },
  module: { type: 'es6' },
  sourceMaps: 'inline',
};
