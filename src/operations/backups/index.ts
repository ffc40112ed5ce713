export { BackupsModule } from './backups.module.js';
export { BackupsService } from './backups.service.js';
