export * from './fields.js';
export { listNames, textDocuments, WithoutFields } from './field-registry.js';
export { ChoicesField, JsonField, ListField } from './json-fields.js';
export { jsonSchemaOf, type ObjectSchema } from './json-schema.js';
export * from './query-fields.js';
export { check, validate } from './validate.js';
export { RequestValidationPipe } from './validation.pipe.js';
