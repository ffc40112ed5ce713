const decorators = { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false };

/** @type {import('jest').Config} */
export default {
  globalSetup: '<rootDir>/scripts/jest-setup.mjs',
  globalTeardown: '<rootDir>/scripts/jest-teardown.mjs',
  testEnvironment: 'node',
  testMatch: [
    '<rootDir>/src/**/*.spec.ts',
    '<rootDir>/demo/**/*.spec.ts',
    '<rootDir>/test/*.e2e-spec.ts',
    // What only `npm run test:slow` runs.
    '<rootDir>/test/slow/*.slow-spec.ts',
  ],
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
};
