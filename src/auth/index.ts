export { AuthModule } from './auth.module.js';
export { AuthService } from './auth.service.js';
export { Password } from './password.js';
export { Public } from './public.decorator.js';
export { VerifiedTokens } from './verified-tokens.js';
