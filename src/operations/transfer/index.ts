export { TransferModule } from './transfer.module.js';
export { exportFile } from './export-file.js';
export { importFile, type ImportResult } from './import-file.js';
export { ImportSource } from './import-source.js';
export { ExportQueryDto } from './export.query.js';
export { selectionOf } from './selection.js';
export type { Selection } from './format.js';
