/**
 * The read-only connection. The TypeORM repositories of all tables are on it, so that a read never sees what is
 * not committed; writing goes through `Database.write`. It has a name of its own, so that an application with
 * a TypeORM connection of its own can stand beside it.
 */
export const READER = 'jarvis-memory-reader';
