export { JsonText } from './json-text.js';
export * from './values.js';
