import type { KeyObject } from 'node:crypto';
import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { ENVIRONMENT, type Environment } from '../config/index.js';
import { Database, TableModule } from '../database/index.js';
import { Authenticator } from './guard/authenticator.js';
import { AccessGuard } from './guard/access.guard.js';
import { ACCESS_TOPIC } from './guard/access.topic.js';
import { CredentialCache } from './guard/credential-cache.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { CredentialStrategy } from './guard/credential.strategy.js';
import { KeysController } from './api-keys/keys.controller.js';
import { API_KEYS_TABLE_OPTIONS, KeysService } from './api-keys/keys.service.js';
import { LocalLoginAttempts, LoginAttempts } from './password/login-attempts.js';
import { LoginLimiter } from './password/login-limiter.js';
import { Password } from './password/password.js';
import { SharedLoginAttempts } from './password/shared-login-attempts.js';
import { openSecretStore } from './secrets/open-secret-store.js';
import { BrowserSessionController } from './browser-session/browser-session.controller.js';
import { BrowserSessionService } from './browser-session/browser-session.service.js';
import { RevokedTokenEntity } from './tokens/revoked-token.entity.js';
import { RevokedTokensService } from './tokens/revoked-tokens.service.js';
import { loadSigningKey, SIGNING_KEY } from './tokens/signing-key.js';
import { Tokens } from './tokens/tokens.js';

@Module({
  providers: [
    {
      provide: SIGNING_KEY,
      inject: [ENVIRONMENT, Database],
      useFactory: (environment: Environment, database: Database) =>
        loadSigningKey(environment.JWT_SECRET, () => openSecretStore('jwt-secret', environment, database)),
    },
  ],
  exports: [SIGNING_KEY],
})
class SigningKeyModule {}

/** Global, because what stays open looks at credentials again, and an outside application has none of them. */
@Global()
@Module({
  imports: [
    SigningKeyModule,
    TableModule.forFeature(API_KEYS_TABLE_OPTIONS, { entity: RevokedTokenEntity, topic: ACCESS_TOPIC }),
    JwtModule.registerAsync({
      imports: [SigningKeyModule],
      inject: [SIGNING_KEY],
      useFactory: (key: KeyObject) => ({
        // The option's type omits KeyObject, but jsonwebtoken accepts one.
        secret: key as unknown as Buffer,
        signOptions: { algorithm: 'HS256' },
      }),
    }),
  ],
  controllers: [AuthController, KeysController, BrowserSessionController],
  providers: [
    AuthService,
    BrowserSessionService,
    LoginLimiter,
    {
      provide: LoginAttempts,
      inject: [Database],
      useFactory: (database: Database) =>
        database.capabilities.severalInstances ? new SharedLoginAttempts(database) : new LocalLoginAttempts(),
    },
    Tokens,
    KeysService,
    RevokedTokensService,
    CredentialCache,
    Authenticator,
    CredentialStrategy,
    {
      provide: Password,
      inject: [ENVIRONMENT, Database],
      useFactory: async (environment: Environment, database: Database) =>
        Password.load(
          environment.JARVIS_PASSWORD,
          await openSecretStore('password-hash', environment, database),
        ),
    },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [Authenticator, AuthService, Password],
})
export class AuthModule {}
