import { Readable } from 'node:stream';
import { Injectable, StreamableFile } from '@nestjs/common';
import type { Response } from 'express';
import { ProblemError } from '../../problems/problem.error.js';
import { now } from '../../time/time.js';
import { validate } from '../../validation/index.js';
import { Database } from '../../database/index.js';
import { exportLines, headerOf } from './export-lines.js';
import { ExportQueryDto } from './export.query.js';
import type { ReadSnapshot } from '../../database/row-transfer.js';
import { exportName, MEDIA_TYPE, type Header, type Selection } from './format.js';
import { selectionOf } from './selection.js';

/** Each open export keeps the write-ahead log from being reset, so few may run, and a stalled one is aborted. */
const MAX_CONCURRENT_EXPORTS = 2;
const STALL_TIMEOUT_MS = 60_000;
/** Limit even for a client that reads steadily: the log grows with everything written meanwhile. */
const EXPORT_TIMEOUT_MS = 3_600_000;
const RETRY_SECONDS = 10;

/** Streams exports to clients. */
@Injectable()
export class TransferService {
  private running = 0;

  constructor(private readonly database: Database) {}

  /**
   * Starts an export as the answer to a request. It is aborted when the connection closes.
   * @throws ProblemError `validation_failed`; `too_many_requests` while two are running; the problem of the database.
   */
  async export(input: Partial<ExportQueryDto>, response: Response): Promise<StreamableFile> {
    const selection = selectionOf(validate(ExportQueryDto, input));
    if (this.running >= MAX_CONCURRENT_EXPORTS) {
      const detail = `${MAX_CONCURRENT_EXPORTS} exports are running already.`;
      throw new ProblemError('too_many_requests', detail, { retryAfterSeconds: RETRY_SECONDS });
    }
    this.running++;
    const stream = await this.open(selection, response).catch((error: unknown) => {
      this.running--;
      throw error;
    });
    const disposition = `attachment; filename="${exportName(now())}"`;
    return new StreamableFile(stream, { type: MEDIA_TYPE, disposition });
  }

  private async open(selection: Selection, response: Response): Promise<Readable> {
    const rows = await this.database.openReadSnapshot();
    try {
      return this.stream(rows, await headerOf(rows, selection), response);
    } catch (error) {
      await rows.close();
      throw error;
    }
  }

  private stream(rows: ReadSnapshot, header: Header, response: Response): Readable {
    const stallTimer = setTimeout(() => {
      abort(new Error('Nobody took anything of the export for a minute.'));
    }, STALL_TIMEOUT_MS).unref();
    const endTimer = setTimeout(() => {
      abort(new Error('The export took more than an hour.'));
    }, EXPORT_TIMEOUT_MS).unref();
    const stream = Readable.from(
      exportLines(rows, header, () => stallTimer.refresh()),
      { objectMode: false },
    );
    // The stream closes only after the statement that it waits for.
    const abort = (reason?: Error): void => {
      stream.destroy(reason);
      rows.cancel?.();
    };
    stream.once('close', () => {
      clearTimeout(stallTimer);
      clearTimeout(endTimer);
      void rows.close().finally(() => this.running--);
    });
    // The stream does not close by itself where the client disconnected before anything was sent.
    if (response.closed) abort();
    response.once('close', () => {
      abort();
    });
    return stream;
  }
}
