/**
 * The walls: who may import whom, on paths and suffixes. `npm run walls` checks them.
 *
 *   main -> app.module, app.setup -> resource -> rest -> http, openapi, database -> modules/<name>/index.ts -> ddd/<block>/index.ts -> npm
 *   config, identity: leaves that all but ddd may read; identity declares fields with ddd/field
 *   beside src: testing, the kit that tests stand on; examples, which src knows nothing of
 *
 * Type-only imports count. Each rule has a fixture of its name under test/architecture/fixtures/walls that breaks it.
 */
const npm = '(^|/)node_modules/';
const spec = '\\.spec\\.ts$';
/** Tests, and the benchmarks, which start and import what tests do. */
const tests = ['^test/', '^testing/', '^bench/', '^examples/[^/]+/test/', spec];
const programs = ['(^|/)main\\.ts$'];
/** What is started by its path: by a person, by TypeORM or by Jest. */
const roots = [
  ...programs,
  '(^|/)cli/[^/]+\\.ts$',
  '^ormconfig\\.ts$',
  '^src/database/migrations/',
  '^test/support/global-[a-z]+\\.js$',
];

/** A wall around `from`: whatever is neither npm nor Node itself must be among `allowed`. */
const only = (from, ...allowed) => ({
  from: { path: from },
  to: { pathNot: [...allowed, npm], dependencyTypesNot: ['core'] },
});

const walls = [
  {
    name: 'modules-never-import-each-other',
    comment:
      'A module that knows another cannot be changed or moved on its own. Compose the two above them, in src/resource.',
    from: { path: '^src/modules/([^/]+)/' },
    to: { path: '^src/modules/', pathNot: '^src/modules/$1/' },
  },
  {
    name: 'modules-are-entered-by-their-index',
    comment:
      'What a module does not export is free to change. Import its index.ts, and export there what you need.',
    from: { pathNot: '^src/modules/' },
    to: { path: '^src/modules/', pathNot: '^src/modules/[^/]+/index\\.ts$' },
  },
  {
    name: 'blocks-are-entered-by-their-index',
    comment:
      'The index.ts of a block is its public API; the rest of it is free to change. Import the index.ts, and export there what ' +
      'you need.',
    from: { pathNot: '^src/ddd/' },
    to: { path: '^src/ddd/', pathNot: '^src/ddd/[^/]+/index\\.ts$' },
  },
  {
    name: 'blocks-enter-each-other-by-their-index',
    comment:
      'A block that reaches into another cannot be changed or packed on its own. Import the index.ts of the other block.',
    from: { path: '^src/ddd/([^/]+)/' },
    to: { path: '^src/ddd/', pathNot: ['^src/ddd/$1/', '^src/ddd/[^/]+/index\\.ts$'] },
  },
  {
    name: 'ddd-knows-nothing-of-ours',
    comment:
      'The building blocks serve every module, so they know none, nor the settings. Take what you need as a parameter.',
    ...only('^src/ddd/', '^src/ddd/'),
  },
  {
    name: 'modules-look-down-only',
    comment:
      'A module must work without HTTP and under any assembly. Use ddd and config; let the layer above pass in the rest.',
    ...only('^src/modules/', '^src/(modules|ddd|config|identity)/'),
  },
  {
    name: 'resource-looks-down-only',
    comment:
      'A resource is given its workers and never sees the storage or the assembly. Inject what it needs, by class.',
    ...only('^src/resource/', '^src/(resource|rest|http|openapi|modules|ddd|config|identity)/'),
  },
  {
    name: 'resource-knows-no-backend',
    comment:
      'Rules written against a database or an HTTP client cannot be tested without one. Add a verb to a repository instead.',
    from: { path: '^src/resource/' },
    to: { path: `${npm}(@nestjs/)?(typeorm|axios|sqlite3|pg)/` },
  },
  {
    name: 'resource-class-knows-no-http',
    comment:
      'The rules must read, and be called, without a request. Take plain values, throw a coded error, and leave dto, ' +
      'status and documentation to the controller.',
    from: { path: '\\.resource\\.ts$' },
    to: {
      path: [
        '\\.(controller|dto)\\.ts$',
        '/dto/',
        '^src/(http|openapi|rest)/',
        `${npm}(@nestjs/(swagger|platform-express)|(@types/)?express)/`,
        '^(node:)?(http|https|http2)$',
      ],
    },
  },
  {
    name: 'entities-import-entities-only',
    comment:
      'The data model is loaded by migrations and tools that start nothing else. Move behaviour into the repository.',
    ...only('\\.entity\\.ts$', '\\.entity\\.ts$', '^src/(ddd|identity)/'),
  },
  {
    name: 'plumbing-looks-down-only',
    comment:
      'src/http and src/openapi serve any resource, so they know none. Export a decorator or a class that the resource uses.',
    ...only('^src/(http|openapi)/', '^src/(http|openapi|ddd|config|identity)/'),
  },
  {
    name: 'rest-looks-down-only',
    comment:
      'src/rest serves the collections of any module, so it knows none. Declare what is different in the controller.',
    ...only('^src/rest/', '^src/(rest|http|openapi|ddd)/'),
  },
  {
    name: 'observability-looks-down-only',
    comment:
      'What watches the program must not be what it is made of, or it could not be left out. Publish a step where the ' +
      'thing happens, and watch it here.',
    ...only('^src/observability/', '^src/(observability|http|openapi|database|modules|ddd|config|identity)/'),
  },
  {
    name: 'tracing-serves-both-programs',
    comment:
      'The notification service traces too, without the modules of the account service. Watch the steps by their channel.',
    ...only('^src/observability/tracing/', '^src/(observability/tracing|http|ddd|config)/'),
  },
  {
    name: 'database-looks-down-only',
    comment:
      'The data source serves migrations and tools that start no API. Let the assembly connect it to what is above.',
    ...only(
      '^(src/database/|ormconfig\\.ts$)',
      '^src/(database|modules|ddd|config|identity)/',
      '^ormconfig\\.ts$',
    ),
  },
  {
    name: 'config-is-a-leaf',
    comment:
      'Settings are read before anything else exists. Keep the setting plain, and turn it into an object where it is used.',
    ...only('^src/config/', '^src/config/'),
  },
  {
    name: 'identity-is-a-leaf',
    comment:
      'Both programs, the commands and the migrations must know a person by the same rules, which therefore rest on ' +
      'nothing but the field block. Take what you need as a parameter.',
    ...only('^src/identity/', '^src/(identity|ddd/field)/'),
  },
  {
    name: 'notification-service-stands-alone',
    comment:
      'The second program is deployed without the account service. Speak to it over HTTP, or share through src/http or src/ddd.',
    ...only(
      '^src/notification-service/',
      '^src/(notification-service|observability/tracing|http|ddd|config|identity)/',
    ),
  },
  {
    name: 'commands-look-down-only',
    comment:
      'A command runs beside the service, without its HTTP side. Use the building blocks, the modules and the database.',
    ...only(
      // The document of the topics is that of the whole program.
      '^src/cli/(?!asyncapi\\.ts$)',
      '^src/(cli|observability|database|modules|ddd|config|identity)/',
      '^ormconfig\\.ts$',
    ),
  },
  {
    name: 'testing-looks-down-only',
    comment:
      'The testing kit serves the tests of any program, so it knows none. Take the module, the set-up or the entities as ' +
      'a parameter.',
    ...only('^testing/', '^testing/', '^src/(ddd|config|database|http)/'),
  },
  {
    name: 'examples-use-the-blocks-only',
    comment:
      'An example shows what can be built with the blocks alone, by itself. Leave out our modules and the other examples.',
    ...only(
      '^examples/([^/]+)/',
      '^examples/$1/',
      '^src/(ddd|rest|http|openapi|database|config)/',
      '^testing/',
    ),
  },
  {
    name: 'only-examples-import-examples',
    comment: 'An example is not shipped. Move what you need into src, or write it anew. A test may try it.',
    from: { pathNot: ['^examples/', spec] },
    to: { path: '^examples/' },
  },
  {
    name: 'a-folder-has-a-wall',
    comment:
      'A new folder of src stands behind no wall yet. Move the file to a folder of the layout, or give the folder a rule ' +
      'and a fixture, and name it here.',
    from: {
      path: '^src/[^/]+/',
      pathNot:
        '^src/(resource|rest|http|openapi|cli|observability|database|modules|ddd|config|identity|notification-service)/',
    },
    to: {},
  },
  {
    name: 'only-main-imports-the-assembly',
    comment:
      'Anyone who imports app.module drags in the whole program. Import the module you need, or start the program from a test.',
    from: { pathNot: ['^src/main\\.ts$', '^src/cli/asyncapi\\.ts$', ...tests] },
    to: { path: '^src/app\\.(module|setup)\\.ts$' },
  },
  {
    name: 'programs-are-never-imported',
    comment:
      'Importing a program starts it. Move what you need into a file of its own, and import that from both places.',
    from: {},
    to: { path: programs },
  },
  {
    name: 'only-tests-import-tests',
    comment: 'The build leaves tests out, so the program would not start. Move what you need into src.',
    from: { pathNot: [...tests, '^tools/'] },
    to: { path: tests },
  },
  {
    name: 'programs-use-no-development-dependency',
    comment:
      'An installation without development dependencies would not start. Move the package to dependencies in package.json.',
    from: { path: '^(src/|ormconfig\\.ts$)', pathNot: spec },
    to: {
      dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
      dependencyTypesNot: ['type-only'],
      pathNot: `${npm}@types/`,
    },
  },
  {
    name: 'no-cycles',
    comment:
      'Files that import each other load in an order no one chose, and move only together. Take out what both need.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    comment: 'Neither a program nor an example reaches this file. Use it or delete it.',
    from: { path: [...roots, '^examples/[^/]+/[^/]+\\.ts$'] },
    to: { path: '^src/', pathNot: [...roots, spec, '\\.d\\.ts$'], reachable: false },
  },
  {
    name: 'no-orphaned-test-support',
    comment: 'No test reaches this file. Use it or delete it.',
    from: { path: [...roots, ...tests.filter((path) => path !== '^testing/'), spec] },
    to: { path: '^(test/support|testing)/', pathNot: [...roots, spec, '\\.d\\.ts$'], reachable: false },
  },
  {
    name: 'everything-resolves',
    comment: 'A wall cannot judge an import that it cannot find. Correct the path, or install the package.',
    from: {},
    // A tool may run what was built; a checkout that has built nothing yet has walls all the same.
    to: { couldNotResolve: true, pathNot: '(^|/)dist/' },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: walls.map(
    (wall) => /** @type {import('dependency-cruiser').IForbiddenRuleType} */ ({ severity: 'error', ...wall }),
  ),
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    skipAnalysisNotInRules: true,
    doNotFollow: { path: npm },
    exclude: {
      path: [
        '^(dist|coverage|data)/',
        '^test/architecture/fixtures/',
        '^bench/peers/',
        '^test/clients/tools/',
        '^test/blocks/app/',
      ],
    },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
