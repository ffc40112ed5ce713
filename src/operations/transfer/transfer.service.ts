import { Readable } from 'node:stream';
import { Injectable, StreamableFile } from '@nestjs/common';
import type { Response } from 'express';
import { ProblemError } from '../../problems/problem.error.js';
import { now } from '../../time/time.js';
import { validate } from '../../validation/index.js';
import { Database } from '../../database/index.js';
import { exportLines } from './export-lines.js';
import { ExportQueryDto } from './export.query.js';
import { exportName, MEDIA_TYPE } from './format.js';
import { selectionOf } from './selection.js';

/** Each keeps the write-ahead log from being reset, so there are few of them, and none that merely waits. */
const MOST_AT_ONCE = 2;
const LONGEST_WAIT_MS = 60_000;
/** However steadily it is taken: the log grows with all that is written meanwhile. */
const LONGEST_EXPORT_MS = 3_600_000;
const RETRY_SECONDS = 10;

/** Hands out what the memory holds, as a stream. */
@Injectable()
export class TransferService {
  private readonly running = new Set<Readable>();

  constructor(private readonly database: Database) {}

  /**
   * An export as the answer to a request. It ends with the request, whoever ends that.
   * @throws ProblemError `validation_failed`; `too_many_requests` where two are running; what the database says.
   */
  export(input: Partial<ExportQueryDto>, response: Response): StreamableFile {
    const selection = selectionOf(validate(ExportQueryDto, input));
    if (this.running.size >= MOST_AT_ONCE) {
      const detail = `${MOST_AT_ONCE} exports are running already.`;
      throw new ProblemError('too_many_requests', detail, { retryAfterSeconds: RETRY_SECONDS });
    }
    const rows = this.database.openReadSnapshot();
    const patience = setTimeout(() => {
      stream.destroy(new Error('Nobody took anything of the export for a minute.'));
    }, LONGEST_WAIT_MS).unref();
    const end = setTimeout(() => {
      stream.destroy(new Error('The export took more than an hour.'));
    }, LONGEST_EXPORT_MS).unref();
    const stream = Readable.from(
      exportLines(rows, selection, () => patience.refresh()),
      { objectMode: false },
    );
    this.running.add(stream);
    stream.once('close', () => {
      clearTimeout(patience);
      clearTimeout(end);
      rows.close();
      this.running.delete(stream);
    });
    // Also where nothing of it was sent, because the client had gone by then.
    response.once('close', () => stream.destroy());
    const disposition = `attachment; filename="${exportName(now())}"`;
    return new StreamableFile(stream, { type: MEDIA_TYPE, disposition });
  }
}
