import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { names } from './retired-words.js';
import { noPatchedMethods } from './tools/no-patched-methods.js';

/**
 * The checks that need more than one import to see. Blocks named `house/…` are our own: every rule and every message
 * in them has a line in test/architecture/fixtures/lint that breaks it, and each message ends with the way out.
 */
const restricted = {
  environment: {
    property: 'env',
    message:
      'Settings are read once, in src/config, where they are checked. Inject Settings and use its field.',
  },
  focus: {
    property: 'only',
    message:
      'Every other test of this file would be left out. Name the test on the command line: npm test -- -t "…".',
  },
  save: {
    property: 'save',
    message:
      'save() selects first and opens a transaction of its own, outside the unit of work. Use insert or update.',
  },
  upsert: {
    property: 'upsert',
    message: 'upsert() returns wrong ids on SQLite. Use insert with orIgnore(), or a conditional update.',
  },
};

const printing = "A line printed here escapes the log's level, format and request id. Use Nest's Logger.";

/** The ways around the restrictions on `process.env` and `console`. */
const detours = [
  ...['node:process', 'process'].map((name) => ({
    name,
    importNames: ['env'],
    message: restricted.environment.message,
  })),
  ...['node:console', 'console'].map((name) => ({ name, message: printing })),
];

/** @type {[phrase: string, instead: string][]} */
const phrases = JSON.parse(readFileSync(new URL('.textlintrc.json', import.meta.url), 'utf8')).rules
  .terminology.terms;
/** Only beside a space: a sentence contains it there, an e-mail address does not. */
const anyPhrase = phrases.map(([text]) => text).join('|');
const phrase = `/\\s(${anyPhrase})\\b|\\b(${anyPhrase})\\s/i`;

const words = [
  ...[`Literal[value=${phrase}]`, `TemplateElement[value.raw=${phrase}]`].map((selector) => ({
    selector,
    message: 'A retired phrase: .textlintrc.json says what to write instead.',
  })),
  {
    selector: 'TSEnumDeclaration',
    message: 'An enum is a value that exists in TypeScript only. Use a union of string literals.',
  },
  {
    selector: 'TSInterfaceDeclaration[id.name=/^I[A-Z][a-z]/]',
    message: 'The prefix I says nothing about it. Name the interface for what it stands for.',
  },
  {
    selector: 'ClassDeclaration[id.name=/Impl$/]',
    message: 'Impl says nothing about it. Name the class for how it does its work.',
  },
];

const disposal = {
  selector: "VariableDeclaration[kind='await using']",
  message: 'A TypeORM query runner commits when disposed, even after a throw. Use try and finally.',
};

/**
 * Rules of our own, about the names of files and about methods that are replaced on an object.
 * @type {import('eslint').ESLint.Plugin}
 */
const house = {
  rules: {
    'no-patched-methods': noPatchedMethods,
    'file-name': {
      meta: {
        type: 'suggestion',
        schema: [],
        messages: {
          shape: '{{name}} is not kebab-case. Rename it, as in register.worker.ts.',
          vague:
            '{{name}} says nothing about its duty. Name it for what it does, and split it if that takes an "and".',
        },
      },
      create: (context) => ({
        Program(node) {
          const name = basename(context.filename);
          if (!/^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+(-[a-z0-9]+)*)*\.ts$/.test(name))
            context.report({ node, messageId: 'shape', data: { name } });
          if (
            /(^|[/.-])(utils?|helpers?|commons?|misc)[/.-]/.test(context.filename.slice(context.cwd.length))
          )
            context.report({ node, messageId: 'vague', data: { name } });
        },
      }),
    },
  },
};

export default defineConfig(
  {
    ignores: [
      'dist/',
      'data/',
      'coverage/',
      'test/architecture/fixtures/',
      'test/clients/tools/',
      'test/blocks/app/',
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  tseslint.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strict, tseslint.configs.strictTypeCheckedOnly],
    languageOptions: { parserOptions: { projectService: true } },
  },
  {
    name: 'relaxed/everywhere',
    rules: {
      // A method that fulfils an asynchronous contract has nothing to await now and then.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    },
  },
  {
    name: 'house/words',
    rules: {
      'id-denylist': ['error', ...names],
      'no-warning-comments': ['error', { terms: phrases.map(([text]) => text), location: 'anywhere' }],
    },
  },
  {
    name: 'relaxed/strictness',
    files: ['**/*.ts'],
    rules: {
      // A module of Nest is a class without members.
      '@typescript-eslint/no-extraneous-class': 'off',
      // Views, rows and options are plain objects in the shape of a class; nothing asks for their prototype.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      '@typescript-eslint/no-misused-spread': 'off',
      // A filter or an order that asks for nothing is one.
      '@typescript-eslint/no-generated-empty-object-type': 'off',
      // It takes a field that changes during an await for constant, and what a driver or a service answers at its word.
      '@typescript-eslint/no-unnecessary-condition': 'off',
      // There are no enums of ours.
      '@typescript-eslint/no-unsafe-enum-assignment': 'off',
      // The caller names the entity that an untyped answer is read as.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // A number in a text reads well, and an arrow function that returns nothing may be one expression.
      '@typescript-eslint/restrict-template-expressions': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
    },
  },
  {
    name: 'house/typescript',
    files: ['**/*.ts'],
    plugins: { house },
    rules: {
      'house/file-name': 'error',
      'no-restricted-syntax': ['error', ...words],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/return-await': ['error', 'error-handling-correctness-only'],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    name: 'house/source',
    files: ['{src,examples}/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        {
          checkGlobalObject: true,
          globals: [{ name: 'console', message: printing }],
        },
      ],
      'no-restricted-imports': ['error', { paths: detours }],
      'no-restricted-properties': ['error', restricted.environment],
      'no-restricted-syntax': ['error', ...words, disposal],
      '@typescript-eslint/no-non-null-assertion': 'error',
    },
  },
  {
    name: 'house/objects',
    files: ['{src,testing,examples}/**/*.ts'],
    plugins: { house },
    rules: { 'house/no-patched-methods': 'error' },
  },
  {
    name: 'house/units-of-work',
    files: ['{src,examples}/**/*.{repository,worker,module}.ts'],
    rules: {
      'no-restricted-properties': ['error', restricted.environment, restricted.save, restricted.upsert],
    },
  },
  {
    name: 'house/rules-without-http',
    files: ['{src,examples}/**/*.resource.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: [
            ...detours,
            {
              name: '@nestjs/common',
              allowImportNames: ['Inject', 'Injectable', 'Logger'],
              message:
                'A resource knows no HTTP. Throw a coded error, and let the controller speak of statuses.',
            },
          ],
        },
      ],
    },
  },
  {
    name: 'relaxed/settings',
    files: ['src/config/**/*.ts'],
    rules: { 'no-restricted-properties': 'off', 'no-restricted-imports': 'off' },
  },
  {
    name: 'relaxed/programs',
    files: ['src/**/main.ts', 'src/**/cli/**/*.ts'],
    rules: { 'no-restricted-globals': 'off' },
  },
  {
    name: 'house/tests',
    files: ['{test,testing,examples/*/test}/**/*.ts', '**/*.spec.ts'],
    rules: {
      'no-restricted-properties': ['error', restricted.focus],
    },
  },
  {
    name: 'relaxed/tests',
    files: ['{test,testing,examples/*/test}/**/*.ts', '**/*.spec.ts'],
    rules: {
      'no-restricted-globals': 'off',
      'no-restricted-imports': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/unbound-method': 'off',
      // What an HTTP answer or a database row holds is asserted, not declared.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unnecessary-type-conversion': 'off',
      '@typescript-eslint/restrict-plus-operands': 'off',
      '@typescript-eslint/use-unknown-in-catch-callback-variable': 'off',
      // Environment variables are set and taken away by name.
      '@typescript-eslint/no-dynamic-delete': 'off',
    },
  },
);
