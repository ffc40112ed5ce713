export * from './fields.js';
export * from './query-fields.js';
export { check, validate } from './validate.js';
export { RequestValidationPipe } from './validation.pipe.js';
