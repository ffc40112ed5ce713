export { BodyGuard } from './body.guard.js';
export { LOGIN_BODY, MEMORY_BODY } from './body-limits.js';
export { ANSWERED } from './body-turns.js';
export { boundRestOfBody } from './rest-of-body.js';
