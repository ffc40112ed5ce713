export { rowsOf, verdictOf, type Verdict } from './verdict.js';
