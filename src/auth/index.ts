export { Authenticator } from './guard/authenticator.js';
export { AuthModule } from './auth.module.js';
export { AuthService } from './auth.service.js';
export { CurrentCaller, type Caller } from './guard/caller.js';
export type { KeyDto } from './api-keys/keys.dto.js';
export { KeysService, type KeyInput } from './api-keys/keys.service.js';
export { resetPassword, withKeysService } from './offline.js';
export { Password } from './password/password.js';
export { Public } from './guard/public.decorator.js';
