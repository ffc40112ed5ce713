const PURE =
  '^src/(?:columns|problems|validation|paging|time|json|files|text|observability|cluster|json-patch|retention-rules)/';
const FEATURES = '^src/(?:events|conversations|snapshots|preferences|recall|history|retention|live)/';
/** What is watched is known to nobody but the database, so that every feature may ask for it. */
const COVERAGE = '^src/history/coverage/(?:index|read-coverage)\\.ts$';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-circles',
      comment: 'What imports one another is one thing, or has its parts in the wrong place.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'pure-folders-know-no-feature',
      comment: 'They are used by all others, so that they may know none of them.',
      severity: 'error',
      from: { path: PURE },
      to: { path: '^(?:src/|ormconfig|migrations/)', pathNot: PURE },
    },
    {
      name: 'features-meet-through-their-index',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: { path: FEATURES, pathNot: ['^src/$1/', '^src/[^/]+/index\\.ts$', COVERAGE] },
    },
    {
      name: 'tools-use-services-and-know-no-table',
      comment: 'The tools are above the features, and see the database by what its index exports.',
      severity: 'error',
      from: { path: '^src/mcp/' },
      to: {
        path: '^src/(?:database/(?!index\\.ts$)|[^/]+/[^/]*\\.(?:entity|table)\\.ts$)|^node_modules/typeorm/',
      },
    },
    {
      name: 'features-see-no-engine',
      comment:
        'A feature knows the database by what its index exports, and its programs in threads by a lighter door.',
      severity: 'error',
      from: { path: FEATURES },
      to: { path: '^src/database/', pathNot: '^src/database/(?:index|programs)\\.ts$' },
    },
    {
      name: 'programs-in-threads-load-little',
      comment: 'What a thread imports takes it time at its start, and memory.',
      severity: 'error',
      from: {
        path: '^src/(?:recall/(?:search|context|similar)|history/(?:coverage|timeline)|retention/plan)/',
        pathNot: '/(?:count-tokens|index|[^/]+\\.(?:request|response|controller|service))\\.ts$',
      },
      to: { path: '^(?:src/database/index\\.ts|node_modules/(?:@nestjs|typeorm)/)' },
    },
    {
      name: 'features-are-given-no-engine',
      comment: 'The index of the database exports no function of an engine.',
      severity: 'error',
      from: { path: '^src/database/index\\.ts$' },
      to: { path: '^src/database/(?:sqlite|postgres)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'features-see-tables-and-no-orm',
      comment: 'Entities are described by TypeORM; what reads and writes them is a Table.',
      severity: 'error',
      from: { path: FEATURES, pathNot: '\\.entity\\.ts$' },
      to: { path: '^node_modules/(?:typeorm|@nestjs/typeorm)/' },
    },
    {
      name: 'only-the-database-knows-an-engine',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/database/' },
      to: { path: '^src/database/(?:sqlite|postgres)/' },
    },
    {
      name: 'only-sqlite-folders-know-the-driver',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/database/sqlite/' },
      to: { path: '^node_modules/better-sqlite3/' },
    },
    {
      name: 'only-postgres-folders-know-the-driver',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/database/postgres/' },
      to: { path: '^node_modules/pg(?:-copy-streams)?/' },
    },
    {
      name: 'engines-do-not-know-one-another',
      severity: 'error',
      from: { path: '^src/database/(sqlite|postgres)/' },
      to: { path: '^src/database/(?:sqlite|postgres)/', pathNot: '^src/database/$1/' },
    },
    {
      name: 'salvage-has-one-door',
      comment: 'Others see one function and the report that it returns.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/database/sqlite/recovery/salvage/' },
      to: {
        path: '^src/database/sqlite/recovery/salvage/',
        pathNot: '^src/database/sqlite/recovery/salvage/salvage\\.ts$',
      },
    },
    {
      name: 'the-list-of-tables-is-read-through-the-catalogue',
      severity: 'error',
      from: { path: '^(?:src|migrations)/', pathNot: '^src/database/catalogue\\.ts$' },
      to: { path: '^src/tables\\.ts$' },
    },
    {
      name: 'what-describes-a-table-is-data',
      comment: 'The database reads it before anything else of a feature, and without TypeORM.',
      severity: 'error',
      from: { path: '\\.table\\.ts$' },
      to: { path: '^src/', pathNot: '/settings\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'the-explorer-knows-the-service-by-its-api',
      comment: 'It shares what a cluster means and how JSON is compared, both pure; all else it asks for.',
      severity: 'error',
      from: { path: '^web/' },
      to: { path: '^(?:src|migrations|demo|test)/', pathNot: '^src/(?:cluster|json-patch|text|time|json)/' },
    },
    {
      name: 'the-service-knows-no-page',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^web/' },
    },
    {
      name: 'pages-do-not-know-one-another',
      severity: 'error',
      from: { path: '^web/pages/([^/]+)/' },
      to: { path: '^web/(?:pages|shell)/', pathNot: '^web/pages/$1/' },
    },
    {
      name: 'state-and-components-know-no-page',
      severity: 'error',
      from: { path: '^web/(?:api|components|state|words)/' },
      to: { path: '^web/(?:pages|shell)/' },
    },
    {
      name: 'the-explorer-is-files',
      comment: 'What serves its pages knows no feature: they ask the API, as any client does.',
      severity: 'error',
      from: { path: '^src/explorer/' },
      to: { path: '^(?:src|migrations)/', pathNot: '^src/(?:explorer|http|problems|config)/' },
    },
    {
      name: 'the-database-is-below-the-rest',
      severity: 'error',
      from: { path: '^src/database/' },
      to: {
        path: '^src/(?:http|auth|operations|cli|memory|events|conversations|snapshots|preferences|mcp|history|recall|retention|live)/',
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '\\.spec\\.ts$' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
  },
};
