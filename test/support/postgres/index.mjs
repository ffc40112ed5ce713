export { TestDatabase } from './databases.mjs';
export { Server, startServer } from './server.mjs';
export { createDatabase } from './shared.mjs';
