/**
 * The name of the read-only connection. The TypeORM repositories of all tables use it, so that a read never sees
 * uncommitted rows; writes go through `Database.write`. The name is not TypeORM's default, so that the host application
 * can have a TypeORM connection of its own.
 */
export const READER = 'jarvis-memory-reader';
