import { join } from 'node:path';
import { Module } from '@nestjs/common';
import { PACKAGE_FOLDER } from '../config/index.js';
import { ExplorerRoutes } from './explorer.routes.js';
import { PageFiles } from './page-files.js';

/** Where Vite leaves what it builds. */
const BUILT = join(PACKAGE_FOLDER, 'dist', 'web');

@Module({
  providers: [ExplorerRoutes, { provide: PageFiles, useFactory: () => new PageFiles(BUILT) }],
})
export class ExplorerModule {}
