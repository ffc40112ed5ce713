import { Global, Module } from '@nestjs/common';
import { ConditionalAnswers } from './conditional.js';

/** Global, so that the controllers of all four features share the cached answers. */
@Global()
@Module({ providers: [ConditionalAnswers], exports: [ConditionalAnswers] })
export class EtagsModule {}
