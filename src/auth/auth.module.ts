import type { KeyObject } from 'node:crypto';
import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { PassportModule } from '@nestjs/passport';
import { ENVIRONMENT, type Environment } from '../config/index.js';
import { AuthController } from './auth.controller.js';
import { JwtAuthGuard } from './auth.guard.js';
import { AuthService } from './auth.service.js';
import { JwtStrategy } from './jwt.strategy.js';
import { LoginLimiter } from './login-limiter.js';
import { Password } from './password.js';
import { loadSigningKey, SIGNING_KEY } from './signing-key.js';
import { VerifiedTokens } from './verified-tokens.js';

@Module({
  providers: [{ provide: SIGNING_KEY, inject: [ENVIRONMENT], useFactory: loadSigningKey }],
  exports: [SIGNING_KEY],
})
class SigningKeyModule {}

@Module({
  imports: [
    SigningKeyModule,
    PassportModule,
    JwtModule.registerAsync({
      imports: [SigningKeyModule],
      inject: [SIGNING_KEY],
      useFactory: (key: KeyObject) => ({
        // The type of the option knows no KeyObject, but it is handed to jsonwebtoken as it is.
        secret: key as unknown as Buffer,
        signOptions: { algorithm: 'HS256' },
      }),
    }),
  ],
  controllers: [AuthController],
  providers: [
    AuthService,
    LoginLimiter,
    JwtStrategy,
    VerifiedTokens,
    {
      provide: Password,
      inject: [ENVIRONMENT],
      useFactory: (environment: Environment) => Password.load(environment),
    },
    { provide: APP_GUARD, useClass: JwtAuthGuard },
  ],
  exports: [AuthService, Password, VerifiedTokens],
})
export class AuthModule {}
