export * from './fields.js';
export { listNames } from './field-registry.js';
export { fits, JsonField, ListField } from './json-fields.js';
export * from './query-fields.js';
export { check, validate } from './validate.js';
export { RequestValidationPipe } from './validation.pipe.js';
