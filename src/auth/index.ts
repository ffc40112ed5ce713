export { Access } from './access.js';
export { AuthModule } from './auth.module.js';
export { AuthService } from './auth.service.js';
export { CurrentCaller, type Caller } from './caller.js';
export type { KeyDto } from './keys/keys.dto.js';
export { KeysService, type KeyInput } from './keys/keys.service.js';
export { resetPassword, withKeys } from './offline.js';
export { Password } from './password.js';
export { Public } from './public.decorator.js';
