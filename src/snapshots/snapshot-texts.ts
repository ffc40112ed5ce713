import { Injectable } from '@nestjs/common';
import { blockDamaged, Database, insertPacked, placeOf, type PackedRow } from '../database/index.js';
import type { JsonText } from '../json/index.js';
import { SNAPSHOTS_TOPIC } from './snapshot.topic.js';

/** A row is read anew where its text was packed anew meanwhile; so often, because that happens once in a while only. */
const MAX_READS = 3;

/** Larger texts are compressed before they are written. */
const MAX_PLAIN_BYTES = 1_048_576;

const ROW =
  'SELECT id, snapshot, block_id AS "blockId", block_index AS "blockIndex" FROM cluster_snapshots WHERE id = ?';

export function isLarge(document: JsonText): boolean {
  return !document.fitsInBytes(MAX_PLAIN_BYTES);
}

/** The texts of snapshots, whether they stand in their rows or in blocks. */
@Injectable()
export class SnapshotTexts {
  constructor(private readonly database: Database) {}

  /** Saves a large snapshot. @throws the problems of `Database.write`. */
  async insert(timestamp: string, document: JsonText): Promise<{ readonly id: number }> {
    return { id: await insertPacked(this.database, { timestamp, document }, SNAPSHOTS_TOPIC) };
  }

  /** @returns the text, a large one in UTF-8; undefined where the snapshot was deleted meanwhile. @throws ProblemError `data_damaged`. */
  async of(row: PackedRow): Promise<string | Buffer | undefined> {
    let current: PackedRow | undefined = row;
    for (let read = 1; current; read++) {
      const place = placeOf(current);
      if (!place) return current.snapshot;
      const text = await this.database.packedTexts.at(place);
      if (text !== undefined) return text;
      if (read === MAX_READS) throw blockDamaged(place.block, 'it is not there');
      current = await this.rowOf(row.id);
    }
    return undefined;
  }

  private async rowOf(id: number): Promise<PackedRow | undefined> {
    const { rows } = await this.database.read(async (reader) =>
      reader.read<PackedRow>({ text: ROW, values: [id] }),
    );
    return rows[0];
  }
}
