/**
 * What an outside Nest application imports: `MemoryModule.forRoot({ file })` at its root, `MemoryModule` wherever
 * the services are injected.
 */
export { MemoryModule } from './memory/index.js';
export type { DatabaseAsyncOptions, DatabaseOptions, DiskLimits } from './database/index.js';
export * from './events/index.js';
export * from './conversations/index.js';
export * from './snapshots/index.js';
export * from './preferences/index.js';
export * from './recall/index.js';
export * from './retention/index.js';
export * from './history/index.js';
export * from './live/index.js';
export type { Page } from './paging/index.js';
export type { JsonContainer } from './json/index.js';
export type { Timestamp } from './time/time.js';
export { ProblemError, type FieldError } from './problems/problem.error.js';
export type { ProblemCode } from './problems/catalogue.js';
