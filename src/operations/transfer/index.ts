export { TransferModule } from './transfer.module.js';
export { exportRows } from './export-rows.js';
export { importRows, type ImportResult } from './import-rows.js';
export { ImportSource } from './import-source.js';
export { ExportQueryDto } from './export.query.js';
export { selectionOf } from './selection.js';
export type { Selection } from './format.js';
