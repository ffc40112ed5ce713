export * from './fields.js';
export * from './query-fields.js';
export { validate } from './validate.js';
export { RequestValidationPipe } from './validation.pipe.js';
