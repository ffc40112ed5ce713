export { MemoryModule } from './memory.module.js';
