export { BodyGuard } from './body.guard.js';
export { MAX_LOGIN_BODY_BYTES, MAX_MEMORY_BODY_BYTES } from './body-limits.js';
export { ANSWERED } from './body-queue.js';
export { drainRestOfBody } from './rest-of-body.js';
