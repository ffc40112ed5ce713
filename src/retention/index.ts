export { RetentionModule, RetentionServiceModule, retentionOf } from './retention.module.js';
export { RetentionService } from './retention.service.js';
export { RetentionRun } from './retention-run.js';
export { StorageService } from './storage/storage.service.js';
export { RetentionRulesDto, SetRetentionDto } from './dto/retention.request.js';
export { RetentionDto, RetentionPreviewDto, RetentionRunDto } from './dto/retention.response.js';
export { StorageDto } from './dto/storage.response.js';
