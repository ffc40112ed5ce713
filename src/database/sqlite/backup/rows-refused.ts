import { ProblemError } from '../../../problems/problem.error.js';

/** The error code of rows that a file cannot hold: threads tell of errors by codes. */
export const ROWS_REFUSED = 'ROWS_REFUSED';

/** The same as a problem, which commands tell from others by its name. */
export class BackupRowsRefused extends ProblemError {
  constructor(message: string) {
    super('conflict', message);
    this.name = 'RowsRefused';
  }
}
