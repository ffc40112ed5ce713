// Writes the OpenAPI document of the build into the file that is named. With `preview`, Nest makes no provider: no
// database is opened.
import { writeFileSync } from 'node:fs';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../dist/src/app.module.js';
import { readEnvironment } from '../dist/src/config/index.js';
import { describeApi } from '../dist/src/http/docs/index.js';

const app = await NestFactory.create(AppModule.forRoot(readEnvironment({})), {
  preview: true,
  logger: false,
});
app.setGlobalPrefix('api');
writeFileSync(process.argv[2], JSON.stringify(describeApi(app)));
