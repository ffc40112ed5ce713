export { ProblemsModule } from './problems.module.js';
