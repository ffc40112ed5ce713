import { TypeOrmModule } from '@nestjs/typeorm';
import type { DynamicModule } from '@nestjs/common';

/**
 * The read-only connection. Services get their TypeORM repositories on it, so that a read never sees what is
 * not committed; writing goes through `Database.write`. It has a name of its own, so that an application with
 * a TypeORM connection of its own can stand beside it.
 */
export const READER = 'jarvis-memory-reader';

type EntityClass = Parameters<typeof TypeOrmModule.forFeature>[0] extends (infer T)[] | undefined ? T : never;

/** Registers the repositories of a feature on the read-only connection. */
export function readRepositories(...entities: (EntityClass & object)[]): DynamicModule {
  return TypeOrmModule.forFeature(entities, READER);
}
