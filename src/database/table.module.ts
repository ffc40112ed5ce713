import { Inject, Module, type DynamicModule, type FactoryProvider } from '@nestjs/common';
import { getRepositoryToken, TypeOrmModule } from '@nestjs/typeorm';
import type { ObjectLiteral, Repository } from 'typeorm';
import { READER } from './connections.js';
import { Database } from './database.js';
import { Table } from './table.js';
import type { TableOptions } from './table.options.js';

type EntityClass = new () => ObjectLiteral;

/** Registers the tables of a feature, each on top of the TypeORM repository of its entity. */
@Module({})
export class TableModule {
  static forFeature<Entities extends ObjectLiteral[]>(
    ...tables: { [Index in keyof Entities]: TableOptions<Entities[Index]> }
  ): DynamicModule {
    const entities = tables.map(({ entity }) => entity);
    return {
      module: TableModule,
      imports: [TypeOrmModule.forFeature(entities, READER)],
      providers: tables.map(toProvider),
      exports: entities.map(tokenOf),
    };
  }
}

/** Injects the `Table` of an entity. */
export function InjectTable(entity: EntityClass): ParameterDecorator {
  return Inject(tokenOf(entity));
}

function toProvider(options: TableOptions<ObjectLiteral>): FactoryProvider {
  return {
    provide: tokenOf(options.entity),
    inject: [getRepositoryToken(options.entity, READER), Database],
    useFactory: (repository: Repository<ObjectLiteral>, database: Database) =>
      new Table(repository, database, options),
  };
}

function tokenOf({ name }: EntityClass): string {
  return `${name}Table`;
}
