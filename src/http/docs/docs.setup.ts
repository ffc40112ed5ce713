import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { constantBytes } from '../constant-bytes.js';
import { describeApi } from './describe-api.js';
import { PAGE, SCRIPT } from './page.js';

const HTML = 'text/html; charset=utf-8';
const JAVASCRIPT = 'text/javascript; charset=utf-8';

/** The files of Swagger UI that the page loads, with their types. */
const ASSETS = [
  ['swagger-ui-bundle.js', JAVASCRIPT],
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['favicon-32x32.png', 'image/png'],
] as const;

const { resolve } = createRequire(import.meta.url);

/** Serves Swagger UI at `/<base>/docs` and the OpenAPI document at `/<base>/openapi.json`. */
export function setUpDocs(app: NestExpressApplication, base: string): void {
  const server = app.getHttpAdapter().getInstance();
  const docs = `/${base}/docs`;
  const page = constantBytes(HTML, () => PAGE);
  server.get(docs, (request, response, next) => {
    // The links of the page are relative to a path without a trailing slash.
    if (request.path.endsWith('/')) response.redirect('../docs');
    else page(request, response, next);
  });
  server.get(
    `${docs}/swagger-ui-init.js`,
    constantBytes(JAVASCRIPT, () => SCRIPT),
  );
  for (const [name, type] of ASSETS) {
    server.get(
      `${docs}/${name}`,
      constantBytes(type, () => readFileSync(resolve(`swagger-ui-dist/${name}`))),
    );
  }
  const json = 'application/json; charset=utf-8';
  server.get(
    `/${base}/openapi.json`,
    constantBytes(json, () => JSON.stringify(describeApi(app))),
  );
}
