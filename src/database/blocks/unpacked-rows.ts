import type { StoredBlock, TextBlock } from '../../columns/index.js';
import { JsonText, storedText } from '../../json/index.js';
import type { ContentTable, StoredRow } from '../catalogue.js';
import { blockDamaged } from '../database-problems.js';
import { toDocument } from '../stored-row.js';
import { openBlockOf, textAt, type TextPlace } from './read-block.js';

/** A row as it is read: where its text is packed, with the place of it. */
export interface FoundRow {
  readonly row: StoredRow;
  readonly place: TextPlace | undefined;
}

/** So many rows of a table with packed texts are unpacked before they are given on, */
const SLICE_ROWS = 200;
/** or fewer, where their texts are large. */
const SLICE_CHARACTERS = 262_144;

/** Puts the texts of packed rows into them, for what reads all rows in the order of their keys: most share a block. */
export class RowUnpacker {
  private last: { readonly id: number; readonly block: TextBlock } | undefined;

  constructor(private readonly readBlock: (id: number) => Promise<StoredBlock | undefined>) {}

  /** @throws ProblemError `data_damaged`. */
  async *slices(
    table: ContentTable,
    found: AsyncIterable<Iterable<FoundRow>>,
  ): AsyncGenerator<Iterable<StoredRow>> {
    for await (const slice of found) {
      if (table.entry.packed) yield* this.unpackedParts(table, slice);
      else yield rowsOf(slice);
    }
  }

  /** @throws ProblemError `data_damaged`. */
  async row({ entry }: ContentTable, { row, place }: FoundRow): Promise<StoredRow> {
    if (!place || !entry.packed) return row;
    const text = textAt(await this.blockOf(place.block), place);
    const isJson = (await storedText(text)) instanceof JsonText;
    return { ...row, [entry.packed.field]: toDocument(text, isJson) };
  }

  private async *unpackedParts(table: ContentTable, slice: Iterable<FoundRow>): AsyncGenerator<StoredRow[]> {
    let rows: StoredRow[] = [];
    let characters = 0;
    for (const found of slice) {
      const row = await this.row(table, found);
      rows.push(row);
      characters += charactersOf(row);
      if (rows.length < SLICE_ROWS && characters < SLICE_CHARACTERS) continue;
      yield rows;
      [rows, characters] = [[], 0];
    }
    if (rows.length > 0) yield rows;
  }

  private async blockOf(id: number): Promise<TextBlock> {
    if (this.last?.id === id) return this.last.block;
    const stored = await this.readBlock(id);
    if (!stored) throw blockDamaged(id, 'it is not there');
    const block = await openBlockOf(id, stored);
    this.last = { id, block };
    return block;
  }
}

function* rowsOf(found: Iterable<FoundRow>): Generator<StoredRow> {
  for (const { row } of found) yield row;
}

function charactersOf(row: StoredRow): number {
  return Object.values(row).reduce<number>((sum, cell) => {
    if (cell instanceof JsonText) return sum + cell.text.length;
    return typeof cell === 'string' ? sum + cell.length : sum;
  }, 0);
}
