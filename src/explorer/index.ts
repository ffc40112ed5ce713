export { ExplorerModule } from './explorer.module.js';
export { isExplorerPath } from './explorer.routes.js';
export { PageFiles } from './page-files.js';
