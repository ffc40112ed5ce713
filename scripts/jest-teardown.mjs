// Jest's global teardown, once after all test files.
export { withdrawDatabases as default } from '../test/support/postgres/shared.mjs';
