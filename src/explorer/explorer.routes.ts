import { extname } from 'node:path';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { Application, Request, Response } from 'express';
import { sendContent } from '../http/constant-bytes.js';
import { ProblemError } from '../problems/problem.error.js';
import { PageFiles, type PageFile } from './page-files.js';

const BASE = '/ui/';
const FOR_EVER = 'public, max-age=31536000, immutable';
const NOT_BUILT = 'The explorer is not part of this build: `npm run build` makes it.';

/** Whether the path is one of the explorer, to which the root of the service leads. */
export function isExplorerPath(path: string): boolean {
  return path === '/' || `${path}/` === BASE || path.startsWith(BASE);
}

/** The pages of the explorer: files for a browser, which asks the API for all else. */
@Injectable()
export class ExplorerRoutes implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly files: PageFiles,
  ) {}

  /** After the routes of the controllers, which so need not be compared with these. */
  onModuleInit(): void {
    if (!this.files.isBuilt) new Logger('Explorer').warn(NOT_BUILT);
    const server = this.host.httpAdapter.getInstance<Application>();
    server.route('/').get(toStart).all(refuse);
    server
      .route('/ui{/*file}')
      .get((request, response) => {
        if (request.path.length < BASE.length) toStart(request, response);
        else this.serve(request, response);
      })
      .all(refuse);
  }

  private serve(request: Request, response: Response): void {
    if (!this.files.isBuilt) throw new ProblemError('not_found', NOT_BUILT);
    const file = this.files.find(request.path.slice(BASE.length));
    if (!file) throw new ProblemError('not_found', `The explorer begins at ${BASE}, and has no such file.`);
    sendFile(request, response, file);
  }
}

/** Relative, because a proxy may serve all of it below a path of its own. */
function toStart(_: Request, response: Response): void {
  response.redirect(BASE.slice(1));
}

function refuse(): never {
  throw new ProblemError('not_found', 'The explorer is asked by GET.');
}

/** A part of a file is not sent, since none is large: whoever asks for one gets all of it, as HTTP allows. */
function sendFile(request: Request, response: Response, { name, isHashed, plain, encoded }: PageFile): void {
  response.type(extname(name)).set('Cache-Control', isHashed ? FOR_EVER : 'no-cache');
  if (encoded.length > 0) response.vary('Accept-Encoding');
  const [encoding, content] = encoded.find(([one]) => request.acceptsEncodings(one) !== false) ?? [];
  if (encoding) response.set('Content-Encoding', encoding);
  sendContent(request, response, content ?? plain);
}
