import { Global, Module } from '@nestjs/common';
import { ConditionalAnswers } from './conditional.js';

/** Global, so that the controllers of the four memories share the answers that are kept. */
@Global()
@Module({ providers: [ConditionalAnswers], exports: [ConditionalAnswers] })
export class EtagsModule {}
