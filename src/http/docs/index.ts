export { describeApi } from './describe-api.js';
export { setUpDocs } from './docs.setup.js';
export { ProblemsModule } from './problems.module.js';
