import { Injectable } from '@nestjs/common';
import { Database, programUrl, type ThreadProgram } from '../../database/index.js';
import { now } from '../../time/time.js';
import type { Sizes } from '../plan/plan.types.js';
import { RetentionSettings } from '../retention-settings.js';
import { rulesOf } from '../rule-texts.js';
import type { StorageDto } from '../dto/storage.response.js';
import { growthOf, untilFull, writtenPerDay, type Growth } from './forecast.js';
import type { Measured, MeasureInput, Sample } from './storage.types.js';
import { kindsOf } from './kinds.js';
import { writtenBytes } from './written-bytes.js';

const MEASURE: ThreadProgram<MeasureInput, Measured> = {
  url: programUrl(import.meta.url, './measure-thread.js'),
};
/** Measuring reads the whole file; so long an answer is good. */
const CACHE_MS = 60_000;
/** A hundred days. */
const MAX_SAMPLES = 400;
const SAVE = `INSERT INTO storage_samples ("at", row_bytes, index_bytes, block_bytes, written_bytes) VALUES (?, ?, ?, ?, ?)
  ON CONFLICT ("at") DO NOTHING`;
const PRUNE = `DELETE FROM storage_samples WHERE "at" NOT IN (
  SELECT "at" FROM storage_samples ORDER BY "at" DESC LIMIT ${MAX_SAMPLES})`;
const SAMPLES = `SELECT "at" AS "at", row_bytes + index_bytes + block_bytes AS "totalBytes", written_bytes AS "writtenBytes"
  FROM storage_samples ORDER BY "at"`;

/** What the memory takes, and where that leads. */
@Injectable()
export class StorageService {
  private last: Promise<Measured> | undefined;
  private measuredAt = -Infinity;
  /** What the process had written when the last sample was taken. */
  private sampled: { readonly at: string; readonly bytes: number | undefined } | undefined;

  constructor(
    private readonly database: Database,
    private readonly settings: RetentionSettings,
  ) {}

  /** @throws ProblemError `read_queue_full`, `database_unavailable`, `database_busy`. */
  async getStorage(): Promise<StorageDto> {
    const measured = await this.measure();
    const samples = [...(await this.samples()), await this.sampleOf(measured)];
    const growth = growthOf(samples, Object.values(measured.arrivals));
    const { rowBytes, indexBytes, blockBytes, otherBytes, totalBytes, at } = measured;
    const files = await this.database.engine.storage();
    return {
      measuredAt: at,
      totalBytes,
      rowBytes,
      indexBytes,
      blockBytes,
      otherBytes,
      kinds: kindsOf(measured),
      fileBytes: files?.databaseBytes ?? null,
      freeInFileBytes: files?.freeListBytes ?? null,
      logBytes: files?.walBytes ?? null,
      growth,
      ...(await this.limits(totalBytes, growth)),
      writtenBytesPerDay: writtenPerDay(samples),
    };
  }

  /** What a plan needs to know. @param isFresh whether what was measured a moment ago will not do. */
  async sizes(isFresh = false): Promise<Sizes> {
    if (isFresh) this.measuredAt = -Infinity;
    const {
      totalBytes: total,
      arrivals: { snapshot, event, message },
    } = await this.measure();
    return {
      total,
      each: { snapshots: snapshot.bytesEach, events: event.bytesEach, conversations: message.bytesEach },
    };
  }

  /** Notes how large the memory is. Never throws: the next time comes. */
  async takeSample(): Promise<void> {
    try {
      const measured = await this.measure();
      const { at, writtenBytes: written } = await this.sampleOf(measured);
      const { rowBytes, indexBytes, blockBytes, otherBytes } = measured;
      const values = [at, rowBytes + otherBytes, indexBytes, blockBytes, written];
      await this.database.write({ text: SAVE, values }, 'retention');
      await this.database.write({ text: PRUNE, values: [] }, 'retention');
      this.sampled = { at, bytes: await writtenBytes() };
    } catch {
      // Shown by health, where it stays.
    }
  }

  private measure(): Promise<Measured> {
    if (this.last && performance.now() - this.measuredAt < CACHE_MS) return this.last;
    this.measuredAt = performance.now();
    this.last = this.database.inThread(MEASURE, { now: now() }).catch((error: unknown) => {
      this.measuredAt = -Infinity;
      throw error;
    });
    return this.last;
  }

  private async samples(): Promise<Sample[]> {
    const query = { text: SAMPLES, values: [] };
    const { rows } = await this.database.read(async (reader) => reader.read<Sample>(query));
    return rows.map(({ at, totalBytes, writtenBytes: written }) => ({
      at,
      totalBytes: Number(totalBytes),
      writtenBytes: written === null ? null : Number(written),
    }));
  }

  /** With what this process has written since the sample before; PostgreSQL writes in another process. */
  private async sampleOf({ at, totalBytes }: Measured): Promise<Sample> {
    const written = this.database.capabilities.severalInstances ? undefined : await writtenBytes();
    const since = this.sampled?.bytes ?? 0;
    return { at, totalBytes, writtenBytes: written === undefined ? null : Math.max(0, written - since) };
  }

  private async limits(
    totalBytes: number,
    growth: Growth | null,
  ): Promise<Pick<StorageDto, 'budgetBytes' | 'diskFreeBytes' | 'untilBudget' | 'untilDiskFull'>> {
    const { budget } = rulesOf(await this.settings.texts());
    const measure = this.database.engine.measures.find(({ name }) => name === 'disk_free_bytes');
    const free = await measure?.read();
    const diskFreeBytes = typeof free === 'number' ? free : null;
    return {
      budgetBytes: budget ?? null,
      diskFreeBytes,
      untilBudget: budget === undefined ? null : untilFull(budget - totalBytes, growth),
      untilDiskFull: diskFreeBytes === null ? null : untilFull(diskFreeBytes, growth),
    };
  }
}
