import { Injectable } from '@nestjs/common';
import { Database, explainMissing, programUrl, type ThreadProgram } from '../../database/index.js';
import {
  AS_OBJECTS,
  AS_TEXT,
  JsonText,
  type JsonForm,
  type StoredObject,
  type StoredText,
} from '../../json/index.js';
import { codeOf } from '../../problems/errors.js';
import { invalidInput, notFound, ProblemError } from '../../problems/problem.error.js';
import { SnapshotsService, SnapshotsTextService, type SnapshotWith } from '../../snapshots/index.js';
import { now, type Timestamp } from '../../time/time.js';
import { validate } from '../../validation/index.js';
import { COVERAGE } from '../coverage/index.js';
import type { DiffInput, DiffOutput } from './diff-snapshots.js';
import { AtQueryDto, DiffQueryDto } from './dto/diff.request.js';
import type { AtWith, DiffWith } from './dto/diff.response.js';
import { findEarliest, findSnapshot, type SnapshotRef } from './find-snapshot.js';

const DIFF: ThreadProgram<DiffInput, DiffOutput> = { url: programUrl(import.meta.url, './diff-thread.js') };

interface Snapshots<Json> {
  getSnapshot(id: number): Promise<SnapshotWith<Json> | null>;
}

/** What the cluster was at a time, and what changed between two. Invalid input rejects with `validation_failed`. */
export abstract class SnapshotHistoryBase<Json> {
  protected abstract readonly json: JsonForm<Json>;
  protected abstract readonly snapshots: Snapshots<Json>;

  constructor(private readonly database: Database) {}

  /**
   * The snapshot in force at a time: the latest that is not after it.
   * @throws ProblemError `not_found` where none is so old.
   */
  async at(time: Timestamp): Promise<AtWith<Json>> {
    const moment = validate(AtQueryDto, { time }).time;
    // One that is forgotten at the same moment is looked for once more.
    const snapshot = (await this.inForce(moment)) ?? (await this.inForce(moment));
    if (!snapshot) throw noneSoOld((await this.database.read(findEarliest))?.timestamp);
    const window = { from: snapshot.timestamp, to: moment, now: now() };
    return {
      snapshot,
      ageSeconds: (Date.parse(moment) - Date.parse(snapshot.timestamp)) / 1000,
      coverage: await this.database.inThread(COVERAGE, window),
    };
  }

  /**
   * What changed from one snapshot to another, each given by its id or by a time at which it was in force.
   * @throws ProblemError `not_found` where there is no such snapshot, `gone` where it was forgotten; `read_queue_full`.
   */
  async diff(input: Partial<DiffQueryDto>, signal?: AbortSignal): Promise<DiffWith<Json>> {
    const { from, to, noise = false } = validate(DiffQueryDto, input);
    const wanted = { from: refOf(from), to: to === undefined ? undefined : refOf(to), noise, now: now() };
    const output = await this.database.inThread(DIFF, wanted, signal);
    if ('isReversed' in output) throw invalidInput([{ field: 'to', message: 'must not be before from' }]);
    if ('missing' in output) throw await this.problemOf(output.missing, output.earliest);
    const { changes, ...difference } = output.difference;
    return { ...difference, changes: this.json.fromDocument(JsonText.of(changes)) };
  }

  private async inForce(time: string): Promise<SnapshotWith<Json> | null> {
    const head = await this.database.read((reader) => findSnapshot(reader, { time }));
    try {
      return head ? await this.snapshots.getSnapshot(head.id) : null;
    } catch (error) {
      if (codeOf(error) === 'gone') return null;
      throw error;
    }
  }

  private async problemOf(ref: SnapshotRef, earliest: string | undefined): Promise<ProblemError> {
    if ('time' in ref) return noneSoOld(earliest);
    await explainMissing(this.database, 'snapshot', ref.id);
    return notFound('snapshot');
  }
}

function refOf(moment: number | string): SnapshotRef {
  return typeof moment === 'number' ? { id: moment } : { time: moment };
}

function noneSoOld(earliest: string | undefined): ProblemError {
  const detail =
    earliest === undefined
      ? 'No snapshot of the cluster is stored.'
      : `No snapshot is so old: the earliest known time is ${earliest}.`;
  return new ProblemError('not_found', detail);
}

/** The service for in-process callers, with documents as objects. */
@Injectable()
export class SnapshotHistory extends SnapshotHistoryBase<StoredObject> {
  protected readonly json = AS_OBJECTS;

  constructor(
    database: Database,
    protected readonly snapshots: SnapshotsService,
  ) {
    super(database);
  }
}

/** The service for the routes, with documents as text. */
@Injectable()
export class SnapshotHistoryText extends SnapshotHistoryBase<StoredText> {
  protected readonly json = AS_TEXT;

  constructor(
    database: Database,
    protected readonly snapshots: SnapshotsTextService,
  ) {
    super(database);
  }
}
