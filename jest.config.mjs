const decorators = { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false };

const SPECS = [
  '<rootDir>/src/**/*.spec.ts',
  '<rootDir>/web/**/*.spec.ts',
  '<rootDir>/demo/**/*.spec.ts',
  '<rootDir>/test/*.e2e-spec.ts',
];

/** Only `npm run test:slow` runs them. */
const SLOW_SPECS = ['<rootDir>/test/slow/*.slow-spec.ts'];

/**
 * What holds on every engine: the HTTP contract, the injected services, bad input. The other specs are about a SQLite file
 * (its locks, log, damage, backups, plans), about one engine by name, or about no database at all.
 */
const ON_EVERY_ENGINE = [
  'access',
  'auth',
  'bad-input',
  'conversations',
  'event-statistics',
  'events',
  'health',
  'in-process',
  'long-poll',
  'memory-changes',
  'open-at',
  'packing',
  'polling',
  'preferences',
  'recall-search',
  'snapshot-history',
  'snapshots',
  'stream',
  'table',
];

/** The same, but slow, or mostly about what lies before the database: only `npm run test:slow` runs them on PostgreSQL. */
const ON_EVERY_ENGINE_SLOWLY = [
  'api-keys',
  'json-text',
  'large-answers',
  'limits',
  'logging',
  'mcp',
  'metrics',
  'no-leaks',
  'openapi',
  'outside-application',
  'paging',
  'recall-context',
  'recall-similar',
  'retention',
  'sessions',
  'shared-access',
  'short-pages',
  'timeline',
  'token-attacks',
  'traffic',
  'transfer',
  'usage',
];

/** What is done in another way where an engine lacks notifications, locks and triggers, as distributed ones do. */
const ON_CRIPPLED_ENGINES = ['conversations', 'events', 'polling', 'usage'];

const PROJECT = {
  globalSetup: '<rootDir>/scripts/jest-setup.mjs',
  globalTeardown: '<rootDir>/scripts/jest-teardown.mjs',
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/bench/.build', '<rootDir>/examples'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: decorators,
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};

/** The same specs on another engine; `test/support/engine.ts` reads which. */
const onEngine = (engine, displayName, specs) => ({
  ...PROJECT,
  displayName,
  testMatch: specs.map((name) => `<rootDir>/test/${name}.e2e-spec.ts`),
  globals: { TEST_ENGINE: engine },
});

/** @type {import('jest').Config} */
export default {
  projects: [
    { ...PROJECT, displayName: 'sqlite', testMatch: SPECS },
    { ...PROJECT, displayName: 'slow', testMatch: SLOW_SPECS },
    onEngine('postgres', 'postgres', ON_EVERY_ENGINE),
    onEngine('postgres', 'postgres-slow', ON_EVERY_ENGINE_SLOWLY),
    onEngine('crippled', 'crippled-postgres', ON_CRIPPLED_ENGINES),
  ],
  // Threads run from the build, where nothing is measured.
  collectCoverageFrom: [
    'src/**/*.ts',
    'migrations/**/*.ts',
    'ormconfig.ts',
    '!src/main.ts',
    '!src/**/*-thread.ts',
    '!**/*.spec.ts',
  ],
  coverageProvider: 'v8',
  coverageReporters: ['text', 'lcovonly'],
  coverageThreshold: {
    global: { lines: 90, branches: 85 },
    './src/**/*.service.ts': { lines: 95, branches: 95 },
    './src/**/*.controller.ts': { lines: 95, branches: 95 },
  },
  testTimeout: 120_000,
  // The modules of each file stay in the worker that ran it, which grew to gigabytes and to twice the time a file.
  workerIdleMemoryLimit: '600MB',
};
